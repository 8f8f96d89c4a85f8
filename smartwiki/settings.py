"""Settings: everything that differs between installations comes from the environment."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from articles import permissions
from smartwiki import env, hardening, logs
from smartwiki.languages import LanguageSetup

django_stubs_ext.monkeypatch()  # lets annotations name what generic classes hold

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))  # what the site itself writes
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Safe unless told otherwise

DEBUG = env.flag("DEBUG", default=False)
HTTPS = env.flag("HTTPS", default=not DEBUG)  # off only where browsers reach us without TLS
SECRET_KEY = env.text("SECRET_KEY", "only-for-trying-the-site-out" if DEBUG else None)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else None)
PORT = env.number("PORT", 8000, minimum=1)  # only for trying the site out
SITE_URL = env.text(
    "SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if HTTPS else f"http://127.0.0.1:{PORT}"
)
SITE_NAME = env.text("SITE_NAME", "SmartWiki")

# Applications

INSTALLED_APPS = [
    "modeltranslation",
    "smartwiki.accounts.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.sites",
    "smartwiki.static_files.OnlyUsedStaticFilesConfig",
    "csp",
    "tree_queries",
    "mptt",
    "sekizai",
    "django_nyt",
    "wiki",
    "easymde",  # for its static files
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "smartwiki",
    "smartwiki.accounts",
    "smartwiki.audit",
    "smartwiki.search",
    "articles",
    "projects",
    "smartwiki.notify",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "smartwiki.visitor_cache.VisitorCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "smartwiki.accounts.sessions.SessionMiddleware",
    "smartwiki.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "smartwiki.urls"
WSGI_APPLICATION = "smartwiki.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sekizai.context_processors.sekizai",
                "smartwiki.context_processors.site",
            ],
        },
    },
]

# Data

DATABASES = env.databases(
    "DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}", replica="DATABASE_REPLICA_URL"
)
DATABASE_ROUTERS = ["smartwiki.replica.Router"] if "replica" in DATABASES else []
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"  # what django-wiki's tables have; ours say more
SITE_ID = 1
BACKUP_KEY = env.secret("BACKUP_KEY")  # without one, archives are not encrypted
CACHES = {"default": env.cache("CACHE_URL")}  # shared by all processes: counts, such as of attempts

# Mails and other work that workers do (`manage.py db_worker`): see docs/mail.md

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
EMAIL_BACKEND = "smartwiki.notify.backend.QueueBackend"  # whatever sends mail, it is queued
MAIL_TRANSPORT = env.mail("EMAIL_URL", VAR_DIR / "mail")  # how the workers send it
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", f"no-reply@{urlsplit(SITE_URL).hostname}"
)
QUEUE_LATE_AFTER = env.number("QUEUE_LATE_AFTER", 900, minimum=1)  # seconds, see smartwiki.health


# Search: Whoosh in a folder of one machine, or PostgreSQL for several

SEARCH_ENGINE = env.choice("SEARCH_ENGINE", "whoosh", ["whoosh", "postgresql"])
SEARCH_DIR = VAR_DIR / "search"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's: one a core is more than we need
SEARCH_WORKER = env.flag("SEARCH_WORKER", default=True)  # a thread in each process keeps it fresh

# Languages: adding one is an entry in both tables, plus its messages in locale/

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("en", _("English")), ("de", _("German"))]
LANGUAGE_SETUP = {
    "fr": LanguageSetup(stemmer="french", fallback=("nl", "en", "de")),
    "nl": LanguageSetup(stemmer="dutch", fallback=("fr", "en", "de")),
    "en": LanguageSetup(stemmer="english", fallback=("fr", "nl", "de")),
    "de": LanguageSetup(stemmer="german", fallback=("fr", "nl", "en")),
}
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
MODELTRANSLATION_FALLBACK_LANGUAGES = {
    "default": (LANGUAGE_CODE,),
    **{code: setup.fallback for code, setup in LANGUAGE_SETUP.items()},
}
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"

# The wiki underneath: our own views and templates, one policy

WIKI_ACCOUNT_HANDLING = False
WIKI_ANONYMOUS_WRITE = False
WIKI_LOG_IPS_ANONYMOUS = False
WIKI_CAN_READ = permissions.can_read_article
WIKI_CAN_WRITE = WIKI_CAN_DELETE = permissions.can_write_article
WIKI_CAN_MODERATE = WIKI_CAN_ADMIN = permissions.can_administer_article
WIKI_CAN_ASSIGN = WIKI_CAN_CHANGE_PERMISSIONS = permissions.can_administer_article

# Accounts

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
SIGN_UP = env.choice("SIGN_UP", "invitation", ["invitation", "open", "closed"])
ACCOUNT_ADAPTER = "smartwiki.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail tells of a new password or address
OIDC_ISSUER, OIDC_NAME = env.text("OIDC_ISSUER", ""), env.text("OIDC_NAME", SITE_NAME)
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
OIDC_ROLES = env.pairs("OIDC_ROLES")  # (group, role or role:language)
SOCIALACCOUNT_ADAPTER = "smartwiki.accounts.oidc.OidcAdapter"
SOCIALACCOUNT_PROVIDERS = env.openid_connect(OIDC_ISSUER, OIDC_NAME)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
REQUIRE_SECOND_FACTOR = env.choice(
    "REQUIRE_SECOND_FACTOR", "none", ["none", "administrators", "team"]
)
TEAM_SESSION_HOURS = env.number("TEAM_SESSION_HOURS", 12, minimum=0)  # 0: as long as members
TEAM_IDLE_MINUTES = env.number("TEAM_IDLE_MINUTES", 30, minimum=0)  # 0: never
MFA_ADAPTER = "smartwiki.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_TOLERANCE = 1  # a code may come half a minute early or late
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds
ACCOUNT_CHANGE_EMAIL = ACCOUNT_REAUTHENTICATION_REQUIRED = True
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "smartwiki.accounts.passwords.GuessableValidator"},
]

# How long what is about people is kept, in days: `manage.py retain` forgets the rest

AUDIT_KEPT_DAYS = env.number("AUDIT_KEPT_DAYS", 3 * 365, minimum=181)  # the database keeps 180
SESSIONS_KEPT_DAYS = env.number("SESSIONS_KEPT_DAYS", 30, minimum=14)  # as long as one is signed in
INVITATIONS_KEPT_DAYS = env.number("INVITATIONS_KEPT_DAYS", 90, minimum=7)
DRAFTS_KEPT_DAYS = env.number("DRAFTS_KEPT_DAYS", 365, minimum=1)
FEEDBACK_KEPT_DAYS = env.number("FEEDBACK_KEPT_DAYS", 2 * 365, minimum=1)
COUNTS_KEPT_DAYS = env.number("COUNTS_KEPT_DAYS", 3 * 365, minimum=1)
SEARCHES_KEPT_DAYS = env.number("SEARCHES_KEPT_DAYS", 90, minimum=1)
ANSWERS_KEPT_DAYS = env.number("ANSWERS_KEPT_DAYS", 365, minimum=1)  # after the call has closed
UNCONFIRMED_KEPT_DAYS = env.number("UNCONFIRMED_KEPT_DAYS", 7, minimum=1)  # what nobody confirmed
REFUSED_KEPT_DAYS = env.number("REFUSED_KEPT_DAYS", 90, minimum=1)  # addresses of comments
FINGERPRINTS_KEPT_DAYS = env.number("FINGERPRINTS_KEPT_DAYS", 30, minimum=1)  # of networks
MAIL_KEPT_DAYS = env.number("MAIL_KEPT_DAYS", 90, minimum=1)

# Projects

PROJECT_CONFIRM_AFTER = env.number("PROJECT_CONFIRM_AFTER", 8, minimum=1)  # weeks
COMMENTS_TRUSTED_AFTER = env.number("COMMENTS_TRUSTED_AFTER", 0)  # approved ones; 0: never

# Files

MEDIA_ROOT = VAR_DIR / "media"  # never served as such: see smartwiki.files
DATA_UPLOAD_MAX_NUMBER_FILES = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000  # bytes: a text that is too long is refused in words
DATA_IMPORT_MAX_MEMORY_SIZE = env.number(  # bytes: of a file that a command imports
    "DATA_IMPORT_MAX_MEMORY_SIZE", 10_000_000, minimum=1_000_000
)
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": env.media("S3"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

WHITENOISE_ADD_HEADERS_FUNCTION = hardening.add_headers_to_file
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG

# Logs and metrics: see docs/operations.md

LOGGING = logs.configuration(
    as_json=env.choice("LOG_FORMAT", "plain" if DEBUG else "json", ["json", "plain"]) == "json"
)
SLOW_QUERY_MS = env.number("SLOW_QUERY_MS", 0)  # milliseconds; 0: queries are not timed
METRICS_DIR = VAR_DIR / "metrics"

# Browsers: only what comes from this site, and never inside another page

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "form-action": [SELF, *env.origin_of(OIDC_ISSUER)],  # which a form of ours leads to
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)  # that add to X-Forwarded-For
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "smartwiki.views.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURITY_CONTACT = env.text("SECURITY_CONTACT", f"mailto:security@{urlsplit(SITE_URL).hostname}")
SESSION_ENGINE = "smartwiki.accounts.sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
USED_COOKIE_NAME = "used"  # when a session of the team was last used
if HTTPS:  # names that browsers take from this host alone, and over TLS alone
    USED_COOKIE_NAME = "__Host-used"
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.flag("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
