"""Django's settings; everything that differs between installations comes from ``env``."""

from django.utils.csp import CSP

from loket.config import env, logs

DATA_DIR = env.data_dir()
SITE_URL = env.site_url()
SECRET_KEY, SECRET_FILE = env.secret_key(DATA_DIR)
DEBUG = False
IS_DEMO = env.flag("LOKET_DEMO")

# Which host may ask for what is settled by config.mounts, which knows the connected domains.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "loket.ui",
    "loket.files",
    "loket.search",
    "loket.history",
    "loket.mail",
    "loket.portals",
    "loket.properties",
    "loket.people",
    "loket.tickets",
    "loket.conversations",
    "loket.conversations.channels.email",
    "loket.forms",
    "loket.access",
    "loket.notices",
    "loket.transfer",
    "loket.portal",
    "loket.desk",
    "loket.demo",
    "loket.config",
]

MIDDLEWARE = [
    "loket.config.watching.WatchMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "loket.guard.requests.InputMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "loket.config.mounts.MountMiddleware",
    "loket.access.sign_in.sessions.SessionMiddleware",
    "loket.config.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "loket.config.mounts.SwitchMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "loket.config.urls"
WSGI_APPLICATION = "loket.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "loket.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = env.databases(DATA_DIR)
if "replica" in DATABASES:
    DATABASE_ROUTERS = ["loket.config.replicas.Router"]
    MIDDLEWARE.append("loket.config.replicas.ReplicaMiddleware")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache()}

# People and sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["loket.access.sign_in.adapter.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "loket.access.passwords.StrengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "loket.access.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # Wrong passwords are counted by the address besides: access/locks.py.
    "login_failed": "60/m/ip",
    "reset_password": "20/m/ip,5/h/key",
    "register": "20/m/ip,5/h/key",
    "request_login_code": "20/m/ip,5/h/key",
    "check_code": "20/m/ip,20/h/key",
    "second_step": "60/m/ip,10/h/key",
}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
SESSION_ENGINE = "loket.access.sign_in.store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.scheme == "https"
CSRF_COOKIE_HTTPONLY = True
# In the session, which belongs to one door; a cookie of messages would be read by all of them.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "loket.config.faults.csrf_failure"

# Languages: English and Dutch are always complete.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.read("LOKET_TIME_ZONE")
LOCALE_PATHS = [env.PROJECT / "src" / "loket" / "locale"]

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": env.storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Two filters of 20 groups of 20 conditions, each of five fields, fit into one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
ATTACHMENT_MAX_BYTES = env.number("LOKET_ATTACHMENT_MB", smallest=1) * 1_000_000
ATTACHMENT_MAX_COUNT = env.number("LOKET_ATTACHMENTS", smallest=1)

# Mail: everything lands in the outbox; the worker's sender uses SMTP when EMAIL_URL is set.
SMTP = env.mailer()
MAILERS = {"default": {"BACKEND": "loket.mail.backend.OutboxBackend"}}
MAIL_FROM = env.read("LOKET_MAIL_FROM", f"Support <support@{SITE_URL.hostname}>")
# Mail that comes: larger ones are not fetched before somebody says so.
MAIL_PER_HOUR = env.number("LOKET_MAIL_PER_HOUR", smallest=1)
MAIL_PER_ADDRESS = env.number("LOKET_MAIL_PER_ADDRESS", smallest=1)
MAIL_MAX_BYTES = env.number("LOKET_MAIL_MB", smallest=1) * 1_000_000
# Networks that hosts typed by an administrator may lie in although they are private.
OUTBOUND_ALLOW = env.networks("LOKET_OUTBOUND_ALLOW")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# Answers
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.scheme == "https" else 0
SECURE_SSL_REDIRECT = False  # the proxy in front does it; /healthz must answer without TLS
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame-ancestors in the content security policy says it
    "security.W005",  # subdomains of the operator's domain are not ours to decide on
    "security.W008",  # the proxy in front redirects; /healthz answers without TLS
    "security.W021",  # nor is preloading
]
IS_BEHIND_PROXY = env.flag("LOKET_BEHIND_PROXY")
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Throttling counts the visitor's address, as the proxy states it, and not the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# Watching
LOGGING = logs.settings(
    env.choice("LOKET_LOG", ["lines", "json"]),
    env.choice("LOKET_LOG_LEVEL", ["debug", "info", "warning", "error"]).upper(),
)
METRICS_ALLOW = env.networks("LOKET_METRICS_ALLOW")
METRICS_TOKEN = env.read("LOKET_METRICS_TOKEN", "")
