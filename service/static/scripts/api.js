// The API page: operations by their tags, requests go to this very site.
SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#swagger", deepLinking: true, persistAuthorization: false, tryItOutEnabled: true });
