"""The configuration, and the revisions.  A part of what alembic_driver.py runs."""

import importlib.util
import os
import re
import sys


class ListError(Exception):
    """The revisions cannot be put in order; with a place and what to do."""

    def __init__(self, message, file=None, hint=None, code="revisions"):
        super().__init__(message)
        self.file, self.hint, self.code = file, hint, code


def line_of(script, name):
    function = getattr(script.module, name, None)
    if function is None:
        return 0
    code = getattr(function, "__code__", None)
    if code is not None and os.path.realpath(code.co_filename) == os.path.realpath(script.path):
        return code.co_firstlineno
    return 1


def many(value):
    if value is None:
        return []
    return list(value) if isinstance(value, (tuple, list, set)) else [value]


class Project:
    """The configuration, and the revisions."""

    def __init__(self, settings):
        from alembic.config import CommandLine

        self.settings = settings
        self.root = os.getcwd()
        self.line = CommandLine(prog="alembic")
        self.script = None
        self.has_run = set()  # ids of revisions whose module is no longer fresh
        Environment.root = os.path.abspath(self.root)
        project = settings.get("project")
        if project:
            Environment.root = os.path.abspath(project)

    def config(self, words):
        """Config as the alembic script makes it of a command line."""
        from alembic.config import Config

        arguments = []
        for name in self.settings.get("files") or ():
            arguments += ["-c", name]
        if self.settings.get("section"):
            arguments += ["-n", self.settings["section"]]
        for value in self.settings.get("arguments") or ():
            arguments += ["-x", value]
        arguments += words
        options = self.line.parser.parse_args(arguments)
        sys.argv = [os.path.join(os.path.dirname(sys.executable), "alembic")] + arguments
        if hasattr(self.line, "_inis_from_config"):
            toml, ini = self.line._inis_from_config(options)
            config = Config(file_=ini, toml_file=toml, ini_section=options.name, cmd_opts=options)
        else:
            config = Config(file_=options.config, ini_section=options.name, cmd_opts=options)
        location = self.settings.get("script_location")
        if location:
            config.set_main_option("script_location", location.replace("%", "%%"))
        url = self.settings.get("url")
        if url:
            config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        return config

    def directory(self, config):
        from alembic.script import ScriptDirectory

        if self.script is None:
            self.script = ScriptDirectory.from_config(config)
        return self.script

    def fresh(self, revision):
        """The revision, whose module has not run yet in this process."""
        from alembic.util import load_python_file

        script = self.script.get_revision(revision)
        if revision in self.has_run:
            folder, name = os.path.split(str(script.path))
            module = load_python_file(folder, name)
            # Newer versions keep the module under a name of their own.
            script.module = module
        self.has_run.add(revision)
        return script

    def read(self):
        """Loads the revisions' files."""
        self.directory(self.config(["current"])).get_heads()

    # What Alembic only warns of, or says without naming the file.

    def check_scripts(self, scripts):
        by_id = {}
        for script in scripts:
            other = by_id.setdefault(script.revision, script)
            if other is not script:
                raise ListError(
                    "two files with the revision %s: %s and %s"
                    % (script.revision, self.show(other.path), self.show(script.path)),
                    script.path,
                    "give one of them another revision id: Alembic runs whichever it lists last",
                    "duplicate",
                )
        labels = {label for script in scripts for label in many(getattr(script.module, "branch_labels", None))}
        for script in scripts:
            for name in many(script.down_revision):
                if name not in by_id:
                    raise ListError(
                        "down_revision '%s' of %s is no revision" % (name, script.revision),
                        script.path,
                        "restore the file of that revision, or correct down_revision",
                    )
            for name in many(getattr(script.module, "depends_on", None)):
                if name not in by_id and name not in labels and not self.is_partial(name, by_id):
                    raise ListError(
                        "depends_on '%s' of %s is no revision" % (name, script.revision),
                        script.path,
                        "restore the file of that revision, or correct depends_on",
                    )
        self.check_cycles(by_id)

    @staticmethod
    def is_partial(name, by_id):
        return any(revision.startswith(name) for revision in by_id)

    def check_cycles(self, by_id):
        below = {
            revision: [name for name in many(script.down_revision) + many(getattr(script.module, "depends_on", None))
                       if name in by_id]
            for revision, script in by_id.items()
        }
        settled = set()
        for start in by_id:
            path, stack = [], [(start, iter(below[start]))]
            while stack:
                revision, rest = stack[-1]
                if not path or path[-1] != revision:
                    path.append(revision)
                step = next((name for name in rest if name not in settled), None)
                if step is None:
                    settled.add(revision)
                    stack.pop()
                    path.pop()
                elif step in path:
                    loop = path[path.index(step):] + [step]
                    raise ListError(
                        "revisions follow each other in a circle: %s" % " -> ".join(loop),
                        by_id[step].path,
                        "correct down_revision or depends_on of one of them",
                        "cycle",
                    )
                else:
                    stack.append((step, iter(below[step])))

    def show(self, path):
        return os.path.relpath(str(path), self.root)

    def passed_over(self, script):
        """Files in the folders of revisions that Alembic does not read."""
        from alembic.script import base

        pattern = base._only_source_rev_file if not script.sourceless else base._sourceless_rev_file
        recursive = bool(getattr(script, "recursive_version_locations", False))
        over = []
        for location in many(script._version_locations):
            if not os.path.isdir(location):
                continue
            for name in sorted(os.listdir(location)):
                path = os.path.join(str(location), name)
                if name.startswith((".", "__")) or name.lower().startswith("readme"):
                    continue
                if os.path.isdir(path):
                    if not recursive and any(n.endswith(".py") and not n.startswith("__") for n in os.listdir(path)):
                        over.append(path)
                elif not pattern.match(name):
                    over.append(path)
        return over

    def tell_scheme(self, scheme):
        """The address where nobody answers, in the variables that hold it, with the scheme of a run."""
        nowhere = self.settings.get("nowhere")
        if nowhere:
            for name, value in list(os.environ.items()):
                if nowhere in value and not value.startswith("jdbc:"):
                    os.environ[name] = value.replace(nowhere, scheme + nowhere[nowhere.index(":"):])

    def list(self):
        import alembic
        import sqlalchemy

        config = self.config(["upgrade", "head"])
        script = self.directory(config)
        scheme = self.scheme(config, script)
        self.tell_scheme(scheme)
        scripts = list(script._load_revisions())
        self.check_scripts(scripts)
        script.revision_map._generator = lambda: iter(scripts)
        steps = script._upgrade_revs("heads", ())
        revisions = []
        for step in steps:
            item = step.revision
            self.has_run.discard(item.revision)
            revisions.append(
                {
                    "id": item.revision,
                    "file": os.path.abspath(str(item.path)),
                    "doc": item.doc,
                    "parents": many(item.down_revision),
                    "depends": many(getattr(item, "_resolved_dependencies", None)),
                    "labels": many(getattr(item.module, "branch_labels", None)),
                    "upgrade": line_of(item, "upgrade"),
                    "downgrade": line_of(item, "downgrade"),
                }
            )
        heads = list(script.get_heads())
        return {
            "alembic": alembic.__version__,
            "sqlalchemy": sqlalchemy.__version__,
            "revisions": revisions,
            "heads": heads,
            "scheme": scheme,
            "passed_over": self.passed_over(script),
            "can_recurse": hasattr(script, "recursive_version_locations"),
            "ledger": self.ledger(script),
            "hides_ledger": self.hides_ledger(script),
            "folder": os.path.abspath(str(script.dir)),
        }

    @staticmethod
    def source(script):
        try:
            with open(os.path.join(str(script.dir), "env.py"), encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError):
            return ""

    def ledger(self, script):
        """Names of the tables of versions that env.py says as plain texts."""
        pattern = r"""version_table["']?\s*[=:]\s*(["'])([^"'\\\n]+)\1"""
        return sorted({name for _, name in re.findall(pattern, self.source(script))})

    def hides_ledger(self, script):
        """Whether env.py names a table of versions in another way."""
        pattern = r"""version_table["']?\s*[=:]\s*(?!["'])\S"""
        return re.search(pattern, self.source(script)) is not None

    def scheme(self, config, script):
        """The scheme of the URL that suits the project: that of its own, or what env.py is made for."""
        import sqlalchemy

        text = ""
        try:
            text = config.file_config.get(config.config_ini_section, "sqlalchemy.url", raw=True)
        except Exception:
            pass
        own = text.partition("://")[0]
        if own.startswith("postgresql") and can_import(own.partition("+")[2] or "psycopg2"):
            return own
        is_new = int(sqlalchemy.__version__.split(".")[0]) >= 2
        source = self.source(script)
        if re.search(r"create_async_engine|async_engine_from_config|AsyncEngine|asyncio\.run", source):
            choices = ["asyncpg"] + (["psycopg"] if is_new else [])
        else:
            choices = ["psycopg2"] + (["psycopg"] if is_new else []) + ["pg8000"]
        for driver in choices:
            if can_import(driver):
                return "postgresql" if driver == "psycopg2" else "postgresql+" + driver
        return "postgresql"


def can_import(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
