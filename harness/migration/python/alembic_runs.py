"""Runs of Alembic, and models compared.  A part of what alembic_driver.py runs."""


class Runner:
    def __init__(self, project, guard, pipe):
        self.project, self.guard, self.pipe = project, guard, pipe
        self.tables = []  # [schema, table] of alembic_version, as env.py has it
        self.is_entered = self.is_finished = False
        self.current = None  # the index of the revision that is running
        self.n_told = 0

    def environment(self, words, function, **options):
        """One run of env.py: what alembic.command does."""
        from alembic.runtime.environment import EnvironmentContext

        config = self.project.config(words)
        script = self.project.directory(config)
        self.is_entered = self.is_finished = False
        self.current, self.n_told = None, 0
        self.guard.stranger = None
        with EnvironmentContext(config, script, fn=function, as_sql=False, **options):
            script.run_env()
        if self.guard.stranger is not None:
            raise Stranger("env.py passes over that it was refused a connection")
        if not self.is_entered:
            raise NothingRun("env.py ended without a call of context.run_migrations()")

    def enter(self, context):
        self.guard.check_context(context)
        self.is_entered = True
        table = [context.version_table_schema or "", context.version_table]
        if table not in self.tables:
            self.tables.append(table)

    def steps(self, up, revisions):
        """The function that hands Alembic its steps."""
        from alembic.runtime.migration import MigrationStep

        make = MigrationStep.upgrade_from_script if up else MigrationStep.downgrade_from_script

        def hand_out(heads, context):
            self.enter(context)
            for index, revision in enumerate(revisions):
                self.current = index
                self.pipe.tell({"event": "begin", "index": index})
                yield make(self.project.script.revision_map, self.project.fresh(revision))
                self.current = None
                if index >= self.n_told:
                    self.n_told = index + 1
                    self.pipe.tell({"event": "end", "index": index})
            self.is_finished = True

        return hand_out

    def run(self, request):
        up, revisions, target = request["up"], request["revisions"], request["target"]
        words = ["upgrade" if up else "downgrade", target]
        self.environment(
            words, self.steps(up, revisions), starting_rev=None, destination_rev=target, tag=None
        )
        return {}

    def current_heads(self, request):
        found = []

        def look(heads, context):
            self.enter(context)
            found.extend(heads)
            return []

        self.environment(["current"], look, dont_mutate=True)
        return {"heads": found}

    def check(self, request):
        """alembic.command.check(), which 1.8 has not."""
        from alembic import autogenerate, command

        config = self.project.config(["upgrade", "head"])
        script = self.project.directory(config)
        arguments = dict.fromkeys(("message", "branch_label", "version_path", "rev_id", "depends_on"))
        arguments.update(autogenerate=True, sql=False, head="heads", splice=False)
        revision = autogenerate.RevisionContext(config, script, arguments)
        found = {"reason": None}

        def compare(heads, context):
            self.enter(context)
            if context.opts.get("target_metadata") is None:
                found["reason"] = "env.py sets no target_metadata"
            else:
                revision.run_autogenerate(heads, context)
            return []

        words = ["check"] if hasattr(command, "check") else ["upgrade", "head"]
        self.environment(
            words, compare, template_args=revision.template_args, revision_context=revision
        )
        if found["reason"]:
            return found
        differences = []
        for migration in revision.generated_revisions:
            for operations in getattr(migration, "upgrade_ops_list", ()):
                differences.extend(sentences(operations.as_diffs()))
        return {"differences": differences}

    def version_tables(self):
        return self.tables


def sentences(differences):
    for difference in differences:
        if isinstance(difference, list):  # of one column
            for part in difference:
                yield sentence(part)
        else:
            yield sentence(difference)


def qualified(schema, name):
    return "%s.%s" % (schema, name) if schema else str(name)


def table_name(table):
    return qualified(getattr(table, "schema", None), getattr(table, "name", table))


def columns_of(item):
    try:
        return ", ".join(str(getattr(c, "name", None) or c) for c in item.columns)
    except Exception:
        return ""


def in_table(item):
    table = getattr(item, "table", None)
    return table_name(table) if table is not None else "?"


def default_of(value):
    argument = getattr(value, "arg", value)
    return "none" if value is None else str(getattr(argument, "text", argument))


def sentence(difference):
    """One difference of autogenerate's, from the database to the models."""
    word, rest = difference[0], difference[1:]
    verb, _, kind = word.partition("_")
    if kind == "table":
        return "%s table %s" % (verb, table_name(rest[0]))
    if kind == "column":
        column = rest[2]
        return "%s column %s.%s (%s)" % (verb, qualified(*rest[:2]), column.name, column.type)
    if kind in ("index", "constraint", "fk"):
        item = rest[0]
        name = "foreign key" if kind == "fk" else kind
        if kind == "constraint" and type(item).__name__ == "UniqueConstraint":
            name = "unique constraint"
        if kind == "index" and item.unique:
            name = "unique index"
        title = " " + str(item.name) if item.name else ""
        columns = columns_of(item)
        return "%s %s%s on %s%s" % (verb, name, title, in_table(item), " (%s)" % columns if columns else "")
    if verb == "modify":
        schema, table, column, _, before, after = rest
        if kind == "default":
            before, after = default_of(before), default_of(after)
        if kind == "nullable":
            return "%s of %s.%s" % (
                "remove NOT NULL" if after else "add NOT NULL", qualified(schema, table), column)
        return "change %s of %s.%s from %s to %s" % (kind, qualified(schema, table), column, before, after)
    if kind == "table_comment":
        return "%s comment of table %s" % (verb, table_name(rest[0]))
    return " ".join([word.replace("_", " ")] + [str(item) for item in rest])
