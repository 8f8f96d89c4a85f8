"""Who may do what, as a table: tests compare it with the policy and with real requests.

`RULES`: what `smartwiki.accounts.policy.can` answers. `ROUTES`: who gets in at each address; a new
address without an entry fails tests/permissions. `manage.py permission_matrix` writes both into
docs/permissions.md. To add an address, add a line under its app; where its parameters are not yet
known to the tests, say them in tests/permissions/things.py.
"""

from __future__ import annotations

from dataclasses import dataclass

# Who there is. The editor of French and the one of Dutch publish in one language only.
VISITOR = "visitor"
MEMBER = "member"
EDITOR = "editor"
FRENCH = "editor of French"
DUTCH = "editor of Dutch"
MODERATOR = "moderator"
LEAD = "lead of the project"
OTHER_LEAD = "lead of another"
ADMINISTRATOR = "administrator"
PEOPLE = (
    VISITOR,
    MEMBER,
    EDITOR,
    FRENCH,
    DUTCH,
    MODERATOR,
    LEAD,
    OTHER_LEAD,
    ADMINISTRATOR,
)

EVERYBODY = frozenset(PEOPLE)
MEMBERS = EVERYBODY - {VISITOR}
TEAM = MEMBERS - {MEMBER}
EDITORS = frozenset({EDITOR, FRENCH, DUTCH, ADMINISTRATOR})
PUBLISH_IN_FRENCH = EDITORS - {DUTCH}
PUBLISH_IN_DUTCH = EDITORS - {FRENCH}
LEADS = frozenset({LEAD, OTHER_LEAD, ADMINISTRATOR})
LEADS_OF_IT = LEADS - {OTHER_LEAD}
MODERATORS = frozenset({MODERATOR, ADMINISTRATOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do `action` to `thing` in a `state`; `route`: the address at which that shows."""

    action: str
    thing: str
    who: frozenset[str]
    route: str = ""


OPEN = "guide for everybody"
FOR_MEMBERS = "guide for members"
FOR_TEAM = "guide for the team"
DRAFT = "draft for everybody"
TEAM_DRAFT = "draft for the team"
DELETED = "deleted guide"
SUGGESTION = "suggestion"
PROJECT = "published project"
HIDDEN_PROJECT = "project not yet published"

RULES = (
    Rule("guide.read", OPEN, EVERYBODY, "articles:guide"),
    Rule("guide.read", FOR_MEMBERS, MEMBERS, "articles:guide"),
    Rule("guide.read", FOR_TEAM, TEAM, "articles:guide"),
    Rule("guide.read", DRAFT, EDITORS, "articles:guide"),
    Rule("guide.read", TEAM_DRAFT, EDITORS, "articles:guide"),
    Rule("guide.read", DELETED, EDITORS, "writing:history"),
    Rule("guide.suggest", OPEN, MEMBERS, "suggestions:suggest"),
    Rule("guide.suggest", FOR_MEMBERS, MEMBERS, "suggestions:suggest"),
    Rule("guide.suggest", FOR_TEAM, TEAM, "suggestions:suggest"),
    Rule("guide.suggest", DRAFT, frozenset(), "suggestions:suggest"),
    Rule("guide.suggest", DELETED, frozenset(), "suggestions:suggest"),
    Rule("suggestion.read", f"{SUGGESTION}, in French", PUBLISH_IN_FRENCH, "suggestions:review"),
    Rule("suggestion.read", f"{SUGGESTION}, in Dutch", PUBLISH_IN_DUTCH, "suggestions:review"),
    Rule("guide.propose", OPEN, EDITORS, "writing:edit"),
    Rule("guide.propose", FOR_TEAM, EDITORS, "writing:edit"),
    Rule("guide.propose", DRAFT, EDITORS, "writing:edit"),
    Rule("guide.publish", f"{OPEN}, in French", PUBLISH_IN_FRENCH),
    Rule("guide.publish", f"{OPEN}, in Dutch", PUBLISH_IN_DUTCH),
    Rule("guide.publish", f"{FOR_TEAM}, in French", PUBLISH_IN_FRENCH),
    Rule("guide.publish", f"{DRAFT}, in Dutch", PUBLISH_IN_DUTCH),
    Rule("guide.answer_for", f"{OPEN}, in French", PUBLISH_IN_FRENCH),
    Rule("guide.answer_for", f"{OPEN}, in Dutch", PUBLISH_IN_DUTCH),
    Rule("guide.manage", OPEN, PUBLISH_IN_FRENCH, "writing:place"),
    Rule("guide.manage", DRAFT, PUBLISH_IN_FRENCH, "writing:place"),
    Rule("guide.manage", DELETED, PUBLISH_IN_FRENCH, "writing:restore"),
    Rule("guide.desk", "", EDITORS, "desk:dashboard"),
    Rule("search.desk", "", EDITORS, "search-asked"),
    Rule("project.read", PROJECT, EVERYBODY, "projects:project"),
    Rule("project.read", HIDDEN_PROJECT, LEADS_OF_IT, "projects:project"),
    Rule("project.edit", PROJECT, LEADS_OF_IT, "project_desk:project"),
    Rule("project.edit", HIDDEN_PROJECT, LEADS_OF_IT, "project_desk:project"),
    Rule("project.desk", "", LEADS, "project_desk:index"),
    Rule("comment.moderate", "", MODERATORS, "moderation:queue"),
    Rule("comment.answer_officially", PROJECT, MODERATORS | LEADS_OF_IT),
    Rule("account.own", "", MEMBERS, "accounts:overview"),
    Rule("people.manage", "", ADMINISTRATORS, "accounts:people"),
    Rule("site.administer", "", ADMINISTRATORS, "admin:index"),
)

# By the name of the address: who is let in, where the thing is one that everybody may see.
ROUTES: dict[str, frozenset[str]] = {
    # The site
    "choose-language": EVERYBODY,
    "robots": EVERYBODY,
    "security-txt": EVERYBODY,
    "sitemap": EVERYBODY,
    "sitemap-section": EVERYBODY,
    "home": EVERYBODY,
    # Guides: reading
    "articles:tree": EVERYBODY,
    "articles:guide": EVERYBODY,
    "reading": EVERYBODY,
    "files:picture": EVERYBODY,
    "files:document": EVERYBODY,
    "voice:give": EVERYBODY,
    "voice:thanks": EVERYBODY,
    # Guides: suggesting
    "suggestions:mine": MEMBERS,
    "suggestions:suggest": MEMBERS,
    "suggestions:keep": MEMBERS,
    "suggestions:preview": MEMBERS,
    "suggestions:discard-draft": MEMBERS,
    "suggestions:review": PUBLISH_IN_FRENCH,
    "suggestions:decline": PUBLISH_IN_FRENCH,
    # Guides: writing
    "writing:new": EDITORS,
    "writing:discard-draft": EDITORS,
    "writing:deleted": EDITORS,
    "writing:place": PUBLISH_IN_FRENCH,
    "writing:delete": PUBLISH_IN_FRENCH,
    "writing:restore": PUBLISH_IN_FRENCH,
    "writing:keep": EDITORS,
    "writing:preview": EDITORS,
    "writing:find-guides": MEMBERS,
    "writing:find-place": EDITORS,
    "writing:check-slug": EDITORS,
    "writing:upload": EDITORS,
    "writing:files": EDITORS,
    "writing:edit": EDITORS,
    "writing:history": EDITORS,
    "writing:revision": EDITORS,
    "writing:compare": EDITORS,
    "writing:revert": PUBLISH_IN_FRENCH,
    "translating:work": EDITORS,
    # The editors' desk
    "desk:dashboard": EDITORS,
    "desk:mine": EDITORS,
    "desk:over-time": EDITORS,
    "desk:voices": EDITORS,
    "desk:plan": PUBLISH_IN_FRENCH,
    "desk:source": PUBLISH_IN_FRENCH,
    "desk:voices-of": EDITORS,
    "desk:settle": PUBLISH_IN_FRENCH,
    "desk:accurate": PUBLISH_IN_FRENCH,
    "desk:no-need": PUBLISH_IN_FRENCH,
    # Search
    "search": EVERYBODY,
    "search-complete": EVERYBODY,
    "search-seen": EVERYBODY,
    "search-missing": EVERYBODY,
    "search-asked": EDITORS,
    "search-glossary": EDITORS,
    "search-concept-new": EDITORS,
    "search-concept": EDITORS,
    "search-concept-delete": EDITORS,
    # Projects
    "projects:overview": EVERYBODY,
    "projects:feed-of-all": EVERYBODY,
    "projects:calendar-of-all": EVERYBODY,
    "projects:csv": EVERYBODY,
    "projects:json": EVERYBODY,
    "projects:project": EVERYBODY,
    "projects:feed": EVERYBODY,
    "projects:calendar": EVERYBODY,
    "projects:picture": EVERYBODY,
    "projects:call": EVERYBODY,
    "projects:thanks": EVERYBODY,
    "project_desk:index": LEADS,
    "project_desk:project": LEADS_OF_IT,
    "project_desk:texts": LEADS_OF_IT,
    "project_desk:facts": LEADS_OF_IT,
    "project_desk:new-update": LEADS_OF_IT,
    "project_desk:confirm": LEADS_OF_IT,
    "project_desk:add": LEADS_OF_IT,
    "project_desk:part": LEADS_OF_IT,
    "project_desk:delete": LEADS_OF_IT,
    "project_desk:tick": LEADS_OF_IT,
    "project_desk:answers": LEADS_OF_IT,
    "project_desk:answers-csv": LEADS_OF_IT,
    "project_desk:delete-answer": LEADS_OF_IT,
    "project_desk:files": LEADS_OF_IT,
    "project_desk:describe": LEADS_OF_IT,
    "project_files:picture": EVERYBODY,
    "project_files:document": EVERYBODY,
    # Comments
    "comments:conversation": EVERYBODY,
    "comments:write": EVERYBODY,
    "comments:thanks": EVERYBODY,
    "comments:comment": EVERYBODY,
    "comments:thread": EVERYBODY,
    "comments:report": EVERYBODY,
    "comments:pin": MODERATORS | LEADS_OF_IT,
    "comments:all-mine": MEMBERS,
    "comments:mine": frozenset(),  # but for whose comment it is: see tests/comments/test_own.py
    "comments:confirm": EVERYBODY,
    "comments:own": EVERYBODY,  # with the link from a mail
    "moderation:queue": MODERATORS,
    "moderation:next": MODERATORS,
    "moderation:together": MODERATORS,
    "moderation:figures": MODERATORS,
    "moderation:undo": MODERATORS,
    "moderation:review": MODERATORS,
    "moderation:decide": MODERATORS,
    "moderation:answer": MODERATORS | LEADS_OF_IT,
    # Accounts
    "account_login": EVERYBODY,
    "account_logout": EVERYBODY,
    "openid_connect_login": frozenset(),  # without OIDC_ISSUER: see tests/accounts/test_oidc.py
    "openid_connect_callback": frozenset(),
    "account_signup": EVERYBODY,
    "account_inactive": EVERYBODY,
    "account_email_verification_sent": EVERYBODY,
    "account_confirm_email": EVERYBODY,
    "account_reset_password": EVERYBODY,
    "account_reset_password_done": EVERYBODY,
    "account_reset_password_from_key": EVERYBODY,
    "account_reset_password_from_key_done": EVERYBODY,
    "account_change_password": MEMBERS,
    "account_set_password": MEMBERS,
    "account_email": MEMBERS,
    "account_reauthenticate": MEMBERS,
    "mfa_index": MEMBERS,
    "mfa_authenticate": MEMBERS,  # visitors are led to the sign-in page, but for who is half-way in
    "mfa_reauthenticate": MEMBERS,
    "mfa_activate_totp": MEMBERS,
    "mfa_deactivate_totp": MEMBERS,
    "mfa_view_recovery_codes": MEMBERS,
    "mfa_generate_recovery_codes": MEMBERS,
    "mfa_list_webauthn": MEMBERS,
    "mfa_add_webauthn": MEMBERS,
    "mfa_reauthenticate_webauthn": MEMBERS,
    "mfa_login_webauthn": MEMBERS,  # visitors likewise, without a passkey
    "mfa_remove_webauthn": MEMBERS,
    "mfa_edit_webauthn": MEMBERS,
    "accounts:overview": MEMBERS,
    "accounts:invitation": EVERYBODY,  # with the link from a mail
    "accounts:people": ADMINISTRATORS,
    "accounts:invite": ADMINISTRATORS,
    "accounts:withdraw-invitation": ADMINISTRATORS,
    "accounts:person": ADMINISTRATORS,
    "accounts:give-role": ADMINISTRATORS,
    "accounts:take-role": ADMINISTRATORS,
    "accounts:close": ADMINISTRATORS,
    "accounts:reopen": ADMINISTRATORS,
    "accounts:devices": MEMBERS,
    "accounts:sign-out-elsewhere": MEMBERS,
    # Following
    "follow:mine": MEMBERS,
    "follow:follow": EVERYBODY,
    "follow:asked": EVERYBODY,
    "follow:stop": MEMBERS,
    "follow:confirm": EVERYBODY,  # with the link from a mail
    "stop": EVERYBODY,  # likewise
    "stop-digest": EVERYBODY,
    # Privacy
    "privacy:privacy": EVERYBODY,
    "privacy:mine": MEMBERS,
    "privacy:download": MEMBERS,
    "privacy:erase": MEMBERS,
    # The audit log
    "audit:log": ADMINISTRATORS,
    "audit:export": ADMINISTRATORS,
    # The administration: every address under it
    "admin": ADMINISTRATORS,
}


def who_gets_in(route: str) -> frozenset[str]:
    """Return who is let in at an address. Raises KeyError for one without an entry."""
    return ROUTES["admin" if route.startswith("admin:") else route]
