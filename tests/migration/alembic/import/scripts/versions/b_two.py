import no_such_package
revision = "b"
down_revision = None
