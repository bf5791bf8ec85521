"""What pgstair runs in the project's own Python: Alembic, told over a pipe what to do.

Started as "python -c".  Requests are JSON, a line each, on descriptor 3; answers go to descriptor 4, so
that whatever env.py prints is none of them.  Works with Python 3.7 and later, Alembic 1.8 and later,
SQLAlchemy 1.4 and 2.  A run of Alembic here is what "alembic upgrade …" is in a process of its own: it
is a child of this process, which has imported Alembic and what else takes long, but nothing of the
project's own; or this process, where a run leaves nothing behind in it.

The files beside this one are put in front of it: one program.
"""

import atexit
import fcntl
import gc
import importlib
import json
import mmap
import os
import signal
import sys
import threading


REQUESTS, ANSWERS = 3, 4
HIGH = 1000  # above the descriptors that daemon-like code closes
ROOM = 32 * 1024 * 1024  # for an answer; takes no memory before it is written to
HEADER = 8

# Requests in which env.py is executed.
RUNS = ("run", "current", "check")
# Modules that keep nothing of a run.
PLAIN = ("alembic", "asyncpg", "greenlet", "mako", "markupsafe", "pg8000", "psycopg", "psycopg2", "sqlalchemy")
# Others that take long, and keep of a run only what its process has made.
HEAVY = (
    "dotenv", "flask", "flask_sqlalchemy", "geoalchemy2", "pydantic", "pydantic_core", "pydantic_settings",
    "sqlalchemy_utils", "sqlmodel", "yaml",
)
LIBRARY = os.path.dirname(os.__file__) + os.sep


class Pipe:
    def __init__(self):
        self.answers = self.lift(ANSWERS)
        self.requests = os.fdopen(self.lift(REQUESTS), "r", encoding="utf-8")
        self.unsaid = None  # a list: what could not be told, env.py having closed the descriptor

    @staticmethod
    def lift(descriptor):
        try:
            high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH)
        except OSError:  # there are fewer
            os.set_inheritable(descriptor, False)
            return descriptor
        os.close(descriptor)
        return high

    def lines(self):
        while True:
            line = self.requests.readline()
            if not line:
                return
            yield json.loads(line)

    def tell(self, message):
        data = (json.dumps(message, default=str) + "\n").encode("utf-8", "backslashreplace")
        try:
            while data:
                data = data[os.write(self.answers, data):]
        except OSError:
            if self.unsaid is None:
                raise
            self.unsaid.append(message)


class Child:
    """One run: a copy of this process, which ends behind it as Alembic's own would."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.room = mmap.mmap(-1, ROOM)  # shared; it needs no descriptor
        self.pid = None

    def on_terminate(self, number, frame):
        """A child in a process group of its own is not reached by who ends this one."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
        self.die(number)

    @staticmethod
    def die(number):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):  # SIGKILL
            pass
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.kill(os.getpid(), number)
        os._exit(128 + number)

    def run(self, function, end):
        """What function returns there; without an answer this process ends as the child did."""
        flush()
        gc.freeze()  # so that the child's collections leave what they share alone
        self.room[:HEADER] = bytes(HEADER)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        pid = os.fork()
        if pid == 0:
            self.work(function, end)
        self.pid = pid
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        _, status = os.waitpid(pid, 0)
        self.pid = None
        length = int.from_bytes(self.room[:HEADER], "little")
        if length > 0:
            return json.loads(self.room[HEADER:HEADER + length].decode("utf-8"))
        if os.WIFSIGNALED(status):
            self.die(os.WTERMSIG(status))
        os._exit(os.WEXITSTATUS(status))

    def work(self, function, end):
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            self.pipe.unsaid = []
            os.close(self.pipe.requests.fileno())
            answer = {"answer": function(), "events": self.pipe.unsaid}
            data = json.dumps(answer, default=str).encode("utf-8", "backslashreplace")
            self.room[HEADER:HEADER + len(data)] = data
            self.room[:HEADER] = len(data).to_bytes(HEADER, "little")
            # What Python does at its end, but for what only frees memory.
            threading._shutdown()
            atexit._run_exitfuncs()
            end()
            flush()
        finally:
            os._exit(0)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def is_standard(name):
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None) or ""
    return name in sys.builtin_module_names or (file.startswith(LIBRARY) and "-packages" not in file)


def is_known(name):
    """Modules that the next run may find."""
    module = sys.modules.get(name)
    if is_own_file(getattr(module, "__file__", None) or "<>"):
        return False
    return is_standard(name) or name.split(".")[0] in PLAIN + HEAVY


def is_plain(names):
    return all(is_known(name) and name.split(".")[0] not in HEAVY for name in names)


class Server:
    def __init__(self):
        self.pipe = Pipe()
        self.child = Child(self.pipe)
        self.is_plain = None  # whether a run leaves nothing behind in its process; None: not known
        self.guard = Guard(self.pipe)
        self.project = None
        self.runner = None
        self.is_listening = False

    def prepare(self):
        """sys.path as the alembic script has it: the folder of the script, not that of -c."""
        if sys.path and sys.path[0] == "":
            sys.path[0] = os.path.dirname(sys.executable)
        sys.dont_write_bytecode = True
        sys.meta_path.insert(0, DriverWatch(self.guard))
        sys.meta_path.append(ProjectFinder(os.getcwd()))
        os.environ.__class__ = Environment
        signal.signal(signal.SIGTERM, self.child.on_terminate)

    def open(self, request):
        wanted = request.get("environment")
        for name in list(os.environ) if wanted else ():
            if name not in wanted and is_text(name + os.environ[name]):
                del os.environ[name]
        for name, value in (wanted or {}).items():
            if os.environ.get(name) != value:
                os.environ[name] = value
        script = self.project.script if self.project else None
        self.project = Project(request)
        self.project.script = script
        self.runner = Runner(self.project, self.guard, self.pipe)
        Environment.asked.clear()
        if not self.is_listening:
            from sqlalchemy import event, pool

            event.listen(pool.Pool, "connect", self.guard.on_pool_connect)
            self.is_listening = True
        return {}

    def meet(self, request):
        """Whom connections have to lead to, from now on."""
        self.read_ahead()
        self.warm()
        self.guard.identity = request["identity"]
        self.guard.limit = request.get("limit") or 0
        self.guard.first = request.get("first") or ""
        return {}

    def is_clean(self):
        """Nothing of the project's own is in this process, but for the revisions' modules."""
        files = [getattr(module, "__file__", None) or "<>" for module in list(sys.modules.values())]
        return self.guard.stranger is None and not any(is_own_file(name) for name in files)

    def read_ahead(self):
        """The revisions, once for all runs, where they import nothing of the project's own."""

        def read():
            try:
                self.project.read()
            except BaseException:  # the first run will say so
                return False
            return self.is_clean()

        if self.project.script is None and self.child.run(read, self.guard.close_all)["answer"]:
            if not read():
                self.project.script = None

    def warm(self):
        """What SQLAlchemy does at its first engine, but for a connection."""
        try:
            from sqlalchemy import create_engine, pool, text

            engine = create_engine(self.project.settings["url"], poolclass=pool.NullPool)
            str(text("SELECT 1").compile(dialect=engine.dialect))
            engine.dispose()
        except Exception:  # another driver's URL: env.py knows
            pass

    def list(self, request):
        try:
            answer = self.project.list()
            answer["clean"] = self.is_clean()
            return answer
        except ListError as error:
            return {
                "error": {
                    "kind": "list",
                    "code": error.code,
                    "message": str(error),
                    "file": os.path.abspath(str(error.file)) if error.file else None,
                    "hint": error.hint,
                    "line": 0,
                    "trace": [],
                    "type": "",
                }
            }

    def paths(self):
        script = self.project.script if self.project else None
        if script is None:
            return ()
        try:
            return {os.path.realpath(str(item.path)) for item in script.walk_revisions()}
        except Exception:
            return ()

    def failure(self, error):
        answer = describe(error, self.paths())
        runner = self.runner
        if self.guard.stranger is not None:
            answer["kind"], answer["message"] = "stranger", self.guard.stranger
        elif isinstance(error, NothingRun):
            answer["kind"] = "nothing"
        answer["entered"] = bool(runner and runner.is_entered)
        answer["index"] = -1 if runner is None or runner.current is None else runner.current
        return {"error": answer}

    def is_good_exit(self, error):
        """sys.exit(0) behind the migrations is success, to Alembic's caller."""
        is_zero = isinstance(error, SystemExit) and error.code in (None, 0)
        return is_zero and self.guard.stranger is None and self.runner is not None and self.runner.is_finished

    def answer(self, request):
        commands = {
            "open": self.open,
            "meet": self.meet,
            "list": self.list,
            "run": lambda r: self.runner.run(r),
            "current": lambda r: self.runner.current_heads(r),
            "check": lambda r: self.runner.check(r),
        }
        try:
            answer = commands[request["command"]](request)
        except BaseException as error:  # SystemExit, too
            answer = {} if self.is_good_exit(error) else self.failure(error)
        answer["asked"] = Environment.asked[:20]
        if self.runner is not None:
            answer["version_tables"] = self.runner.version_tables()
        answer["notices"] = self.guard.take_notices()
        return answer

    @staticmethod
    def world():
        return os.getcwd(), dict(os.environ), list(sys.path), threading.active_count()

    @staticmethod
    def load(names):
        for name in names:
            if name not in sys.modules:
                try:
                    importlib.import_module(name)
                except Exception:  # only env.py knows how
                    pass

    def run_here(self, request):
        """A fork costs more than a run that leaves nothing behind."""
        before, world = set(sys.modules), self.world()
        answer = self.answer(request)
        self.guard.close_all()
        flush()
        answer["again"] = "error" in answer and not self.runner.is_entered
        answer["spent"] = answer["again"] or world != self.world() or not is_plain(set(sys.modules) - before)
        return answer

    def run(self, request):
        if request.get("separate"):
            self.is_plain = False
        if self.is_plain:
            return self.run_here(request), ()
        before, world = set(sys.modules), self.world()

        def run():
            answer = self.answer(request)
            names = set(sys.modules) - before
            answer["loaded"] = [name for name in names if is_known(name)]
            answer["plain"] = world == self.world() and not self.pipe.unsaid and is_plain(names)
            return answer

        done = self.child.run(run, self.guard.close_all)
        for event in done["events"]:
            self.pipe.tell(event)
        answer = done["answer"]
        names = answer.pop("loaded")
        plain = answer.pop("plain") and "error" not in answer
        # Once it was otherwise it stays so: each run has a process of its own.
        self.is_plain = plain and self.is_plain is None
        return answer, names

    def serve(self):
        self.prepare()
        for request in self.pipe.lines():
            names = ()
            if request["command"] in RUNS:
                answer, names = self.run(request)
            else:
                answer = self.answer(request)
                flush()
            self.pipe.tell({"answer": answer})
            self.load(names)
        os._exit(0)  # nothing is left to be tidied up


if __name__ == "__main__":
    Server().serve()
