"""What env.py asks of its surroundings, and what went wrong.  A part of what alembic_driver.py runs."""

import importlib.machinery
import linecache
import os
import sys
import traceback


class Environment(type(os.environ)):
    """os.environ, which remembers the names that the project's own code asks for."""

    asked = []
    root = None

    def __getitem__(self, key):
        if Environment.root is not None and isinstance(key, str) and key not in Environment.asked:
            if is_asked_for_by_project(sys._getframe(1)):
                Environment.asked.append(key)
        return super().__getitem__(key)


def is_asked_for_by_project(frame):
    for _ in range(6):
        if frame is None or frame.f_code.co_name in ("__iter__", "items", "copy"):
            return False
        if is_own_file(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False


def is_text(text):
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_own_file(name):
    root = Environment.root
    if root is None or name.startswith("<") or "site-packages" in name or "dist-packages" in name:
        return False
    return os.path.abspath(name).startswith(root + os.sep)


class ProjectFinder:
    """Behind all others: modules in the folder that Alembic runs in, as with "python -m alembic"."""

    def __init__(self, root):
        self.root = root

    def find_spec(self, name, path=None, target=None):
        if "." in name:
            return None
        return importlib.machinery.PathFinder.find_spec(name, [self.root], target)


DIAGNOSTICS = {
    "severity": ("severity_nonlocalized", "severity"),
    "message": ("message_primary",),
    "detail": ("message_detail",),
    "hint": ("message_hint",),
    "context": ("context",),
    "schema": ("schema_name",),
    "table": ("table_name",),
    "column": ("column_name",),
    "constraint": ("constraint_name",),
    "function": ("source_function",),
    "position": ("statement_position",),
}
# Of asyncpg's exceptions.
ASYNCPG = {
    "severity": "severity_en",
    "message": "message",
    "detail": "detail",
    "hint": "hint",
    "context": "context",
    "schema": "schema_name",
    "table": "table_name",
    "column": "column_name",
    "constraint": "constraint_name",
    "function": "server_source_function",
    "position": "position",
}
# Of the protocol's fields, as pg8000 hands them on.
FIELDS = {
    "severity": "V",
    "sqlstate": "C",
    "message": "M",
    "detail": "D",
    "hint": "H",
    "context": "W",
    "schema": "s",
    "table": "t",
    "column": "c",
    "constraint": "n",
    "function": "R",
    "position": "P",
}


def server_fields(error):
    """What a driver's exception says of the server's own words; {}: it is none of the server's."""
    fields = {}
    sqlstate = getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
    diagnostics = getattr(error, "diag", None)
    if sqlstate and diagnostics is not None:
        for name, attributes in DIAGNOSTICS.items():
            for attribute in attributes:
                fields.setdefault(name, getattr(diagnostics, attribute, None))
    elif sqlstate and hasattr(error, "server_source_function"):
        for name, attribute in ASYNCPG.items():
            fields[name] = getattr(error, attribute, None)
    elif error.args and isinstance(error.args[0], dict) and "C" in error.args[0]:
        for name, letter in FIELDS.items():
            fields[name] = error.args[0].get(letter)
        sqlstate = fields["sqlstate"]
    if not sqlstate:
        return {}
    fields["sqlstate"] = sqlstate
    return {name: str(value) for name, value in fields.items() if value is not None}


def chain(error):
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__
    return seen


def describe_sql(error, answer):
    """The server's refusal among an exception's causes, and the statement."""
    best = {}
    for cause in chain(error):
        statement = getattr(cause, "statement", None)
        if isinstance(statement, str) and "statement" not in answer:
            answer["statement"] = statement
            parameters = getattr(cause, "params", None)
            if parameters and not getattr(cause, "hide_parameters", False):
                answer["parameters"] = repr(parameters)[:1000]
        # SQLAlchemy's own layer over asyncpg has the code alone; the driver's exception is behind it.
        fields = server_fields(cause)
        if fields and (not best or "message" not in best):
            best = fields
    if best:
        best.setdefault("message", str(getattr(error, "orig", None) or error))
    answer.update(best)
    return bool(best)


def own_frames(error):
    return [frame for frame in traceback.extract_tb(error.__traceback__) if is_own_file(frame.filename)]


def place_of(error, paths):
    """File and line: in the revision's file, or else the project's innermost."""
    if isinstance(error, SyntaxError) and error.filename:
        return os.path.abspath(error.filename), error.lineno or 1
    frames = []
    for cause in chain(error):
        frames = own_frames(cause)
        if frames:
            break
    for frame in reversed(frames):
        if os.path.realpath(frame.filename) in paths:
            return os.path.abspath(frame.filename), frame.lineno
    if frames:
        return os.path.abspath(frames[-1].filename), frames[-1].lineno
    return None, 0


def trace_of(error):
    lines = []
    for frame in own_frames(error)[-8:]:
        text = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
        name = os.path.relpath(frame.filename, Environment.root)
        lines.append("%s:%s in %s: %s" % (name, frame.lineno, frame.name, text))
    return lines


def describe(error, paths=()):
    answer = {"type": type(error).__name__, "module": type(error).__module__}
    if isinstance(error, SystemExit):
        answer["kind"] = "exit"
        answer["message"] = "" if error.code is None else str(error.code)
    elif describe_sql(error, answer):
        answer["kind"] = "sql"
    else:
        answer["kind"] = "python"
        answer["message"] = str(getattr(error, "orig", None) or error)
        if type(error).__name__ == "OperationalError" and "statement" not in answer:
            answer["kind"] = "connect"
    answer["lost"] = any(getattr(cause, "connection_invalidated", False) for cause in chain(error))
    answer["file"], answer["line"] = place_of(error, paths)
    answer["trace"] = trace_of(error)
    return answer
