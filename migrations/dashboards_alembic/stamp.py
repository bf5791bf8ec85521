"""Stamps the database that DATABASE_URL names (any connection string of libpq's), as was done by hand:

    python3 stamp.py 002
"""

import os
import sys

sys.dont_write_bytecode = True  # nothing beside the sources

import psycopg2.extensions
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL

options = psycopg2.extensions.parse_dsn(os.environ["DATABASE_URL"])
url = URL.create("postgresql+psycopg2", database=options.pop("dbname"), query=options)
config = Config("alembic.ini")
config.set_main_option("sqlalchemy.url", url.render_as_string(hide_password=False).replace("%", "%%"))
command.stamp(config, sys.argv[1])
