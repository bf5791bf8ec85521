"""Connections, all of which lead to one database.  A part of what alembic_driver.py runs."""

import gc
import importlib.machinery
import weakref


# Who answers at the other end of a connection, and the limit for its statements.
IDENTITY = (
    "SELECT current_database(), (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint::text,"
    " pg_backend_pid()"
)
LIMIT = ", set_config('statement_timeout', '%d', false)"


class Stranger(Exception):
    """A connection to a database that is not the one that this process was given."""


class NothingRun(Exception):
    """env.py has come to its end, and the migrations were not run."""


class Notices(list):
    """What psycopg2 appends a connection's notices to."""

    def __init__(self, taken):
        super().__init__()
        self.taken = taken

    def append(self, notice):
        severity, separator, text = str(notice).partition(":")
        if separator:
            self.taken.append((severity.strip(), text.strip().split("\n")[0]))


class Guard:
    """Looks at every connection that is made, and refuses those to other databases.

    The drivers' own connect functions are wrapped, since env.py may call them itself; SQLAlchemy's pools
    are listened to for drivers that are not known here.
    """

    def __init__(self, pipe):
        self.pipe = pipe
        self.identity = None  # [database, start of the server]; None: nothing may be connected to
        self.limit = 0
        self.first = ""  # a list of expressions that each session evaluates at first
        self.stranger = None  # what was refused last, for the answer
        self.raw = []  # the drivers' connections, until the end of a run
        self.pools = weakref.WeakSet()
        self.notices = []

    def sql(self):
        limit = LIMIT % self.limit if self.limit else ""
        return IDENTITY + limit + (", " + self.first if self.first else "")

    def judge(self, row, where):
        found = None if row is None else [str(row[0]), str(row[1])]
        if self.identity is not None and found == self.identity:
            self.pipe.tell({"event": "session", "pid": int(row[2])})
            return
        what = "database %s" % found[0] if found else where
        if found and self.identity and found[0] == self.identity[0]:
            what += " on another server"
        self.stranger = what
        raise Stranger("env.py connects to %s, which is not the database that it was given" % what)

    def is_known(self, connection):
        return any(known is connection for known in self.raw)

    def check(self, connection):
        """A connection by PEP 249."""
        where = "a database of %s" % type(connection).__module__.split(".")[0]
        row = None
        try:
            row = self.ask(connection)
        except Exception:  # no PostgreSQL, or no right to ask
            pass
        try:
            self.judge(row, where)
        except Stranger:
            self.close(connection)
            raise
        self.raw.append(connection)
        self.listen(connection)

    def ask(self, connection):
        """In one round trip where the driver can do without a transaction."""
        was_automatic = getattr(connection, "autocommit", None)
        if was_automatic is False:
            connection.autocommit = True
        cursor = connection.cursor()
        try:
            cursor.execute(self.sql())
            return cursor.fetchone()
        finally:
            cursor.close()
            if was_automatic is False:
                connection.autocommit = False
            elif was_automatic is None:
                connection.commit()

    def listen(self, connection):
        """Collects the server's warnings: SQLAlchemy throws away those that psycopg2 keeps."""
        if hasattr(connection, "notices"):
            try:
                connection.notices = Notices(self.notices)
            except (AttributeError, TypeError):
                pass
        add = getattr(connection, "add_notice_handler", None)
        if add is not None:
            add(lambda notice: self.notices.append((notice.severity or "", notice.message_primary or "")))

    async def check_asyncpg(self, connection):
        try:
            row = await connection.fetchrow(self.sql())
            self.judge(row, "a database of asyncpg")
        except BaseException:
            connection.terminate()
            raise
        self.raw.append(connection)
        connection.add_log_listener(
            lambda _, message: self.notices.append((getattr(message, "severity", ""), str(message)))
        )

    async def check_psycopg(self, connection):
        try:
            cursor = await connection.execute(self.sql())
            row = await cursor.fetchone()
            if not connection.autocommit:
                await connection.commit()
            self.judge(row, "a database of psycopg")
        except BaseException:
            await connection.close()
            raise
        self.raw.append(connection)
        self.listen(connection)

    def on_pool_connect(self, connection, record):
        """SQLAlchemy's event: class-level listeners come before the dialect's own."""
        pool = getattr(record, "_ConnectionRecord__pool", None)
        if pool is not None:
            self.pools.add(pool)
        raw = getattr(connection, "_connection", connection)
        if not self.is_known(connection) and not self.is_known(raw):
            self.check(connection)

    def check_context(self, context):
        """The connection that migrations are about to run on, once more."""
        connection = context.connection
        if context.as_sql or connection is None:
            raise NothingRun("env.py runs the migrations without a connection")
        proxied = connection.connection
        raw = getattr(proxied, "dbapi_connection", None) or getattr(proxied, "connection", None)
        if self.is_known(raw) or self.is_known(getattr(raw, "_connection", None)):
            return
        row = connection.exec_driver_sql(IDENTITY).fetchone()
        self.judge(row, "a database")

    @staticmethod
    def close(connection):
        try:
            connection.close()
        except Exception:
            pass

    def take_notices(self):
        taken = list(self.notices)
        del self.notices[:]
        return [text for severity, text in taken if severity.upper() == "WARNING"][:100]

    def close_all(self):
        """As the end of Alembic's process would."""
        for pool in list(self.pools):
            try:
                pool.dispose()
            except Exception:
                pass
        self.pools.clear()
        open_ones = [connection for connection in self.raw if not self.end(connection)]
        self.raw = []
        if open_ones:
            open_ones = None
            gc.collect()

    @staticmethod
    def end(connection):
        """Closes it; whether it is closed."""
        is_closed = getattr(connection, "is_closed", None)
        try:
            if callable(is_closed):
                if not is_closed():
                    connection.terminate()
                    return False  # its event loop may be over, and nothing of it done
            elif hasattr(connection, "pgconn"):
                connection.pgconn.finish()
            elif not getattr(connection, "closed", 0):
                connection.close()
        except Exception:
            return False
        return True


class DriverWatch:
    """An import hook that wraps the connect functions of drivers as they are loaded."""

    def __init__(self, guard):
        self.guard = guard
        self.wrappers = {
            "psycopg2": self.wrap_function,
            "pg8000": self.wrap_function,
            "pg8000.dbapi": self.wrap_function,
            "asyncpg.connection": self.wrap_asyncpg,
            "psycopg.connection": self.wrap_psycopg,
            "psycopg.connection_async": self.wrap_psycopg_async,
        }

    def find_spec(self, name, path=None, target=None):
        wrapper = self.wrappers.get(name)
        if wrapper is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_wrap(module):
            execute(module)
            wrapper(module)

        spec.loader.exec_module = execute_and_wrap
        return spec

    def wrap_function(self, module):
        original = getattr(module, "connect", None)
        if original is None:
            return

        def connect(*args, **kwargs):
            connection = original(*args, **kwargs)
            self.guard.check(connection)
            return connection

        module.connect = connect

    def wrap_asyncpg(self, module):
        original = module.connect

        async def connect(*args, **kwargs):
            connection = await original(*args, **kwargs)
            await self.guard.check_asyncpg(connection)
            return connection

        module.connect = connect

    def wrap_psycopg(self, module):
        self.wrap_class(module, "Connection", False)
        self.wrap_class(module, "AsyncConnection", True)

    def wrap_psycopg_async(self, module):
        self.wrap_class(module, "AsyncConnection", True)

    def wrap_class(self, module, name, is_async):
        owner = getattr(module, name, None)
        if owner is None or owner.__module__ not in (module.__name__, "psycopg"):
            return
        original = owner.__dict__["connect"].__func__

        def connect(cls, *args, **kwargs):
            connection = original(cls, *args, **kwargs)
            self.guard.check(connection)
            return connection

        async def connect_async(cls, *args, **kwargs):
            connection = await original(cls, *args, **kwargs)
            await self.guard.check_psycopg(connection)
            return connection

        owner.connect = classmethod(connect_async if is_async else connect)
