# Page assets: the same lock file, the same list of files as the launcher uses.
FROM node:24-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund
COPY <<'JS' copy.mjs
import { cpSync, readFileSync, existsSync } from "node:fs";
for (const [from, to] of Object.entries(JSON.parse(readFileSync("package.json")).qonaq.vendor))
  if (existsSync(`node_modules/${from}`)) cpSync(`node_modules/${from}`, `vendor/${to}`, { recursive: true });
JS
RUN node copy.mjs

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/qonaq
WORKDIR /qonaq
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY emails emails
COPY service service
COPY workers workers
COPY migrations migrations
COPY --from=assets /assets/vendor service/static/vendor
RUN useradd --system --no-create-home qonaq
USER qonaq
EXPOSE 8000
ENTRYPOINT ["python", "-m", "service.cli"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
