from flask import current_app

URL = current_app.config["SQLALCHEMY_DATABASE_URI"]
