"""The one settings file. What differs between machines is read from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from patientsakerhet.lib import env
from patientsakerhet.rest.enum_names import ENUM_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.text("STATE_DIR", str(BASE_DIR / "var")))

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
"""A demonstration: invented region, one-click sign-in. Never in production."""

SECRET_KEY = env.text("SECRET_KEY", "only-for-development-and-tests" if DEBUG else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
BASE_URL = env.text("BASE_URL", f"http://localhost:{env.whole('PORT', 8000)}").rstrip("/")
"""How people reach the product. Links in mails are built from it, never from a request."""
HTTPS = BASE_URL.startswith("https://")
_HOST = urlsplit(BASE_URL).hostname or ""
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", _HOST if HTTPS else f"{_HOST},localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", BASE_URL)
REGION_NAME = env.text("REGION_NAME", "Region Exempel")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "treebeard",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "patientsakerhet.organisation",
    "patientsakerhet.audit",
    "patientsakerhet.access",
    "patientsakerhet.notifications",
    "patientsakerhet.register",
    "patientsakerhet.cases",
    "patientsakerhet.exchange",
    "patientsakerhet.administration",
    "patientsakerhet.authority_reports",
    "patientsakerhet.ui",
    "patientsakerhet.sign_in",
    "avvikelse",
    "sakerhetsmeddelanden",
    "patientsakerhet.risk_analysis",
    "patientsakerhet.information_security",
    "patientsakerhet.major_incidents",
    "patientsakerhet.year_registers",
    "patientsakerhet.log_review",
    "rapporter",
    "rapporter.annual_report",
    "rapporter.builder",
    "patientsakerhet.demonstration",
    "patientsakerhet.handbook",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "patientsakerhet.middleware.ClosedResponses",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "patientsakerhet.middleware.SessionAges",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "patientsakerhet.urls"
WSGI_APPLICATION = "patientsakerhet.wsgi.application"
ASGI_APPLICATION = "patientsakerhet.asgi.application"

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
                "patientsakerhet.ui.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": {
        **env.database("DATABASE_URL", "postgresql://varsam@127.0.0.1:5432/varsam"),
        "CONN_MAX_AGE": env.whole("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
    },
}
# A second connection to the same database, for what must stay when a request is rolled back.
DATABASES["trail"] = {**DATABASES["default"], "CONN_MAX_AGE": 0, "ATOMIC_REQUESTS": False}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Signed heads of the audit trail. In production the folder is another machine's or the log
# collector's, and the key is readable to nobody but who signs.
AUDIT_CHECKPOINTS = Path(env.text("AUDIT_CHECKPOINTS", str(STATE_DIR / "checkpoints")))
AUDIT_KEY = env.text("AUDIT_KEY", "")
AUDIT_KEY_FILE = env.text("AUDIT_KEY_FILE", "")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",  # made by a migration of sign_in
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
"""Counts failed sign-ins, so it is shared by all processes and survives an emptied broker."""

CELERY_BROKER_URL = env.broker("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "max_retries": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Stockholm"

AUTH_USER_MODEL = "organisation.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "/konto/logga-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL

LANGUAGE_CODE = "sv"
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(STATE_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

# Sign-in and sessions. Rows in the database: nobody is signed out by an emptied broker.
SESSION_COOKIE_AGE = 60 * 60 * env.whole("SESSION_HOURS", 12)
SESSION_IDLE_SECONDS = 60 * env.whole("SESSION_IDLE_MINUTES", 30)
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 30 * 60

ACCOUNT_ADAPTER = "patientsakerhet.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "login": "patientsakerhet.sign_in.forms.SignInForm",
    "reset_password": "patientsakerhet.sign_in.forms.ForgottenForm",
    "reset_password_from_key": "patientsakerhet.sign_in.forms.NewPasswordForm",
    "change_password": "patientsakerhet.sign_in.forms.ChangePasswordForm",
    "set_password": "patientsakerhet.sign_in.forms.ChoosePasswordForm",
    "reauthenticate": "patientsakerhet.sign_in.forms.ConfirmForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXY_COUNT", 0)
"""How many proxies of ours stand before the product: attempts are counted by the address before them."""

MFA_ADAPTER = "patientsakerhet.sign_in.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Varsam"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "authenticate": "patientsakerhet.sign_in.forms.CodeForm",
    "reauthenticate": "patientsakerhet.sign_in.forms.ConfirmCodeForm",
    "activate_totp": "patientsakerhet.sign_in.forms.ActivateCodeForm",
    "add_webauthn": "patientsakerhet.sign_in.forms.NewKeyForm",
    "edit_webauthn": "patientsakerhet.sign_in.forms.KeyNameForm",
}

OIDC_ISSUER = env.text("OIDC_ISSUER", "").rstrip("/")
"""The region's identity provider; none when empty."""
OIDC_ACR = env.words("OIDC_ACR")
"""Levels of assurance that are enough, for example http://id.sambi.se/loa/loa3; any when empty."""
SOCIALACCOUNT_ADAPTER = "patientsakerhet.sign_in.adapters.IdentityProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "region",
                "name": env.text("OIDC_NAME", "regionens inloggning"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {
                    "server_url": OIDC_ISSUER,
                    "uid_field": env.text("OIDC_UID_CLAIM", "employeeHsaId"),
                    "auth_params": {"acr_values": " ".join(OIDC_ACR)} if OIDC_ACR else {},
                },
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}

# What a browser may do with our pages.
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^halsa$"]  # asked for inside the machine, where there is no TLS
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", 365 * 24 * 60 * 60) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_TLS_PROXY") else None
)
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" would empty Origin, which CSRF relies on
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # Browsers hold the answer to a form to this too, and signing in may lead to the provider.
        "form-action": ["'self'", *([env.origin("OIDC_ISSUER")] if OIDC_ISSUER else [])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "upgrade-insecure-requests": HTTPS,
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "accelerometer": [],
    "camera": ["self"],  # codes are read off labels
    "display-capture": [],
    "geolocation": [],
    "gyroscope": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "usb": [],
}

# Mail leaves through EMAIL_HOST. With MAIL_DIR and no host it is laid in that folder instead.
MAIL_DIR = env.text("MAIL_DIR", "")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.whole("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = MAIL_DIR or None
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if MAIL_DIR else 'smtp'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Varsam <varsam@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
RETURN_ADDRESS = env.mailbox("RETURN_ADDRESS")
"""The mailbox that takes back what cannot be delivered, by addresses with a plus sign."""

# The functional mailbox for safety notices; read only where an address is given.
IMAP = env.imap("IMAP_URL", done_folder=env.text("IMAP_DONE_FOLDER", "Inläst"))
IMAP_MAX_BYTES = env.whole("IMAP_MAX_MB", 40) * 2**20
"""Of a larger message the head alone is taken in, and a person is told."""
MAIL_AUTH_SERVERS = env.words("MAIL_AUTH_SERVERS")
"""The names under which our own mail servers write what they found out about senders."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "patientsakerhet.lib.logs.WithoutRowContents"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a page that is not there is nobody's alarm
        "patientsakerhet": {"level": env.text("LOG_LEVEL", "INFO")},
        "avvikelse": {"level": env.text("LOG_LEVEL", "INFO")},
        "sakerhetsmeddelanden": {"level": env.text("LOG_LEVEL", "INFO")},
    },
}

SEALING_KEYS = env.words("SEALING_KEYS") or [SECRET_KEY]
"""Secrets that seal original texts, oldest first; the last one seals, all of them open."""

# Files that people add. They lie outside the database and are never served by address.
MEDIA_ROOT = STATE_DIR / "files"
FILE_MAX_BYTES = env.whole("FILE_MAX_MB", 25) * 2**20
FILES_MAX_BYTES = 4 * FILE_MAX_BYTES
"""Everything sent together."""
FILES_PER_SENDING = 10
FILE_UPLOAD_HANDLERS = [
    "patientsakerhet.cases.uploads.LimitedSizes",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CLAMAV_ADDRESS = env.text("CLAMAV_ADDRESS", "")
"""host:port, or the path of a socket. Without one the look at a file's content is the verdict."""

TRIES_PER_HOUR = {
    "file": env.whole("REPORTS_PER_HOUR", 120),
    "code": 30,
    "ask": 600,
    "supplier": 30,
}
"""From one address without account: reports, wrong receipt codes, look-ups while writing, notices."""
KNOX_TOKEN_MODEL = "access.ApiToken"  # noqa: S105  a model, not a secret
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Token"}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "patientsakerhet.rest.scopes.ByToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["patientsakerhet.rest.scopes.WithinScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "patientsakerhet.rest.refusals.explain",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Varsam",
    "DESCRIPTION": "Allt som sidorna gör, genom samma handlingar och med samma svar när något inte går.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}
