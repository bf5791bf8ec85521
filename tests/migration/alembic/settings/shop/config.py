import os

URLS = [os.environ[name] for name in ("DATABASE_URL", "SHOP_URL")]
HOST = os.environ["SHOP_HOST"]
for url in URLS:
    if not url.startswith("postgresql+psycopg2://"):
        raise ValueError(url)
