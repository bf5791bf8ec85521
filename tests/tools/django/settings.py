import os

SECRET_KEY = "test"
INSTALLED_APPS = ["shop", "stock"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What is not said (HOST, PORT, USER, PASSWORD) libpq takes from PGHOST, PGPORT, …
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PGDATABASE", "shop"),
    }
}
