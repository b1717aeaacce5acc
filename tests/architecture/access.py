"""The authorisation matrix: what each address needs. A route without a row here fails the build.

public: anybody. link: whoever holds the personal link. any: anybody who is logged in (what they see depends on their
roles). see, manage, own, door: that right at the event or organisation (service/core/actor.py)."""

MATRIX: dict[str, str] = {
    "public": """
        GET /  GET /healthz  GET /readyz  GET /static/{path}  GET /dev/components
        GET /api/v1  GET /api/v1/docs  GET /api/v1/openapi.json  GET /api/v1/{path}
        GET /e/{slug}  GET /e/{slug}/register  POST /e/{slug}/register  GET /e/{slug}/thanks
        GET /e/{slug}/lost-link  POST /e/{slug}/lost-link  GET /e/{slug}/lost-link/sent  GET /lost-link
        GET /login  POST /login  POST /logout  GET /forgot  POST /forgot
        GET /T/{ticket}  GET /t/{ticket}
    """,
    "link": """
        GET /g/{token}  GET /g/{token}/badge.pdf  GET /g/{token}/calendar.ics
        GET /g/{token}/files/{file_id}
        POST /g/{token}/accept  POST /g/{token}/answer  POST /g/{token}/texts
        GET /g/{token}/cancel  POST /g/{token}/cancel  GET /g/{token}/change  POST /g/{token}/change
        GET /d/{token}  GET /d/{token}/submit  POST /d/{token}/submit  POST /d/{token}/head
        GET /d/{token}/people/new  POST /d/{token}/people/new  GET /d/{token}/sheet  POST /d/{token}/sheet
        GET /d/{token}/people/{registration_id}  POST /d/{token}/people/{registration_id}
        GET /d/{token}/people/{registration_id}/out  POST /d/{token}/people/{registration_id}/out
        GET /d/{token}/people/{registration_id}/substitute  POST /d/{token}/people/{registration_id}/substitute
        GET /d/{token}/people/{registration_id}/files/{file_id}
        GET /i/{token}  GET /i/{token}/accept  POST /i/{token}/accept  POST /i/{token}/decline
        GET /i/{token}/substitute  POST /i/{token}/substitute
        GET /i/{token}/unsubscribe  POST /i/{token}/unsubscribe  GET /n/{token}  POST /n/{token}
        GET /password/{token}  POST /password/{token}  GET /welcome/{token}  POST /welcome/{token}
    """,
    "any": """
        GET /console  GET /door  GET /api/v1/events
    """,
    "see": """
        GET /api/v1/events/{slug}  GET /api/v1/events/{slug}/categories  GET /api/v1/events/{slug}/invitations
        GET /api/v1/events/{slug}/invitation-waves  GET /api/v1/events/{slug}/invitation-terms
        GET /console/{slug}/invitations/{invitation_id}
        GET /api/v1/events/{slug}/registrations  GET /api/v1/events/{slug}/registrations/{registration_id}
        GET /api/v1/events/{slug}/registrations/{registration_id}/badge
        GET /console/{slug}  GET /console/{slug}/badges  GET /console/{slug}/badges/all.pdf
        GET /console/{slug}/messages  GET /console/{slug}/messages/{campaign_id}
        GET /console/{slug}/letters
        GET /console/{slug}/messages/reminders  GET /console/{slug}/messages/reminders/{rule_id}
        GET /console/{slug}/deliveries  GET /console/{slug}/guests  POST /console/{slug}/guests/badges
        POST /console/{slug}/guests/export
        GET /console/{slug}/guests/{registration_id}  GET /console/{slug}/guests/{registration_id}/badge.pdf
        GET /console/{slug}/door  GET /console/{slug}/invitations  GET /console/{slug}/programme
        GET /console/{slug}/deliveries/{task_id}  GET /console/{slug}/deliveries/{task_id}/copy
        GET /console/{slug}/deliveries/shut  POST /console/{slug}/deliveries/digest
        GET /console/{slug}/settings
        GET /console/{slug}/guests/count  GET /console/{slug}/guests/filter
        GET /console/{slug}/jobs/{job_id}  GET /console/{slug}/jobs/{job_id}/file
        POST /console/{slug}/jobs/{job_id}/stop
        GET /console/people  GET /console/people/doubles  GET /console/people/{person_id}
        GET /console/{slug}/delegations  GET /console/{slug}/delegations/{delegation_id}
        GET /api/v1/events/{slug}/delegations  GET /api/v1/events/{slug}/delegations/{delegation_id}
        GET /api/v1/events/{slug}/reminders  GET /api/v1/events/{slug}/move
        GET /api/v1/events/{slug}/questions  GET /console/{slug}/settings/questions
        GET /console/{slug}/settings/questions/preview  GET /console/{slug}/guests/{registration_id}/files/{file_id}
        GET /api/v1/events/{slug}/registrations/{registration_id}/files/{file_id}
    """,
    "manage": """
        PUT /api/v1/events/{slug}/categories/{key}  POST /api/v1/events/{slug}/invitations
        POST /api/v1/events/{slug}/invitations/people  POST /api/v1/events/{slug}/invitations/remind
        POST /api/v1/events/{slug}/invitations/{invitation_id}/extend
        POST /api/v1/events/{slug}/invitations/{invitation_id}/reopen
        POST /api/v1/events/{slug}/invitations/{invitation_id}/remind
        POST /api/v1/events/{slug}/invitations/{invitation_id}/take-as-declined
        POST /api/v1/events/{slug}/invitation-waves  PUT /api/v1/events/{slug}/invitation-waves/{wave_id}
        PUT /api/v1/events/{slug}/invitation-terms
        GET /console/{slug}/invitations/people  POST /console/{slug}/invitations/people
        GET /console/{slug}/invitations/terms  POST /console/{slug}/invitations/terms
        POST /console/{slug}/invitations/waves  POST /console/{slug}/invitations/waves/{wave_id}
        POST /api/v1/events/{slug}/invitations/{invitation_id}/withdraw  POST /api/v1/events/{slug}/registrations
        PATCH /api/v1/events/{slug}/registrations/{registration_id}
        POST /api/v1/events/{slug}/registrations/{registration_id}/approve
        POST /api/v1/events/{slug}/registrations/{registration_id}/ask
        POST /api/v1/events/{slug}/registrations/{registration_id}/hold
        POST /api/v1/events/{slug}/registrations/{registration_id}/cancel
        POST /api/v1/events/{slug}/registrations/{registration_id}/promote
        POST /api/v1/events/{slug}/registrations/{registration_id}/reject
        POST /api/v1/events/{slug}/delegations  PUT /api/v1/events/{slug}/delegations/{delegation_id}
        POST /console/people/{person_id}/note  POST /console/people/{person_id}/tag
        GET /console/people/{person_id}/merge/{other_id}  POST /console/people/{person_id}/merge/{other_id}
        POST /console/people/{person_id}/apart/{other_id}  POST /console/people/merges/{merge_id}/undo
        GET /console/{slug}/delegations/new  POST /console/{slug}/delegations/new
        POST /console/{slug}/delegations/remind  POST /console/{slug}/delegations/{delegation_id}/remove
        GET /console/{slug}/delegations/{delegation_id}/edit  POST /console/{slug}/delegations/{delegation_id}/edit
        POST /console/{slug}/delegations/{delegation_id}/{action}
        POST /console/{slug}/badges/printed  POST /console/{slug}/deliveries/retry
        POST /console/{slug}/deliveries/{task_id}/address  POST /console/{slug}/deliveries/shut
        GET /console/{slug}/door/new  POST /console/{slug}/door/new  GET /console/{slug}/door/{point_id}
        POST /console/{slug}/door/{point_id}  POST /console/{slug}/door/{point_id}/remove
        POST /console/{slug}/jobs/{job_id}/undo
        POST /console/{slug}/guests/message  POST /console/{slug}/messages
        GET /console/{slug}/messages/{campaign_id}/edit  POST /console/{slug}/messages/{campaign_id}/edit
        GET /console/{slug}/messages/{campaign_id}/preview  POST /console/{slug}/messages/{campaign_id}/{step}
        GET /console/{slug}/letters/{letter}  POST /console/{slug}/letters/{letter}
        POST /console/{slug}/letters/{letter}/back  GET /console/{slug}/letters/{letter}/versions/{version}
        GET /console/{slug}/letters/previews/{key}
        GET /console/{slug}/guests/{registration_id}/row  POST /console/{slug}/guests/{registration_id}/row
        POST /console/{slug}/delegations/message
        GET /console/{slug}/imports  POST /console/{slug}/imports  GET /console/{slug}/imports/{import_id}
        POST /console/{slug}/imports/{import_id}  POST /console/{slug}/imports/{import_id}/choose
        POST /console/{slug}/imports/{import_id}/{step}  GET /console/{slug}/imports/{import_id}/wrong.csv
        POST /console/{slug}/guests/views  POST /console/{slug}/guests/views/{view_id}/remove
        POST /console/{slug}/guests/decide  GET /console/{slug}/guests/new  POST /console/{slug}/guests/new
        GET /console/{slug}/guests/{registration_id}/edit  POST /console/{slug}/guests/{registration_id}/edit
        POST /console/{slug}/guests/{registration_id}/{action}
        GET /console/events/new  POST /console/events/new
        GET /console/{slug}/invitations/new  POST /console/{slug}/invitations/new
        POST /console/{slug}/invitations/remind
        POST /console/{slug}/invitations/{invitation_id}/{action}
        PUT /api/v1/events/{slug}/questions/{key}  POST /console/{slug}/settings/questions/deadline
        GET /console/{slug}/settings/questions/new  POST /console/{slug}/settings/questions/new
        GET /console/{slug}/settings/questions/{question_id}  POST /console/{slug}/settings/questions/{question_id}
        POST /console/{slug}/settings/questions/{question_id}/move
        GET /console/{slug}/settings/questions/{question_id}/remove
        POST /console/{slug}/settings/questions/{question_id}/remove
        POST /console/{slug}/settings  POST /console/{slug}/settings/moved/{step}
        POST /api/v1/events/{slug}/move/{step}
        POST /console/{slug}/messages/reminders  POST /console/{slug}/messages/reminders/{rule_id}/{step}
        POST /console/{slug}/messages/reminders/standard  POST /console/{slug}/messages/reminders/standard/remove
        POST /console/{slug}/guests/reminder
        POST /api/v1/events/{slug}/reminders  POST /api/v1/events/{slug}/reminders/{rule_id}/{step}
        GET /console/{slug}/settings/categories/new  POST /console/{slug}/settings/categories/new
        GET /console/{slug}/settings/categories/{category_id}  POST /console/{slug}/settings/categories/{category_id}
        POST /console/{slug}/settings/categories/{category_id}/remove
        GET /console/{slug}/programme/{kind}/new  POST /console/{slug}/programme/{kind}/new
        GET /console/{slug}/programme/{kind}/{part_id}  POST /console/{slug}/programme/{kind}/{part_id}
        POST /console/{slug}/programme/{kind}/{part_id}/remove
    """,
    "own": """
        GET /console/team  POST /console/team  POST /console/team/{membership_id}/remove  POST /console/team/password
        POST /console/team/tokens  POST /console/team/tokens/{token_id}/revoke
    """,
    "door": """
        GET /api/v1/events/{slug}/arrivals  GET /api/v1/events/{slug}/guests  GET /api/v1/events/{slug}/points
        POST /api/v1/events/{slug}/scans  GET /door/{slug}  POST /door/{slug}/devices  POST /door/{slug}/scan
        GET /door/{slug}/{point_id}  GET /door/{slug}/{point_id}/counts  POST /door/{slug}/{point_id}/enter
        GET /door/{slug}/{point_id}/found
    """,
}


def rows() -> dict[tuple[str, str], str]:
    """(method, path) -> need."""
    found: dict[tuple[str, str], str] = {}
    for need, text in MATRIX.items():
        words = text.split()
        for method, path in zip(words[::2], words[1::2], strict=True):
            assert (method, path) not in found, (method, path)
            found[method, path] = need
    return found
