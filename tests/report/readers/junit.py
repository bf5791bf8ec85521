# As junit.mjs, for python3-junitparser: junit.py FILE
import re
import sys

from junitparser import Error, Failure, JUnitXml, Skipped

for suite in JUnitXml.fromfile(sys.argv[1]):
    for case in suite:
        status, told = "passed", ""
        for result in case.result:
            for kind, word in ((Failure, "failed"), (Error, "error"), (Skipped, "skipped")):
                if isinstance(result, kind):
                    status, told = word, result.message
        parts = [status, suite.name, case.name, f"{case.time:.6f}", told or ""]
        # XML's white space alone: str.split() would take U+0085 and U+2028 for such, too.
        print("\t".join(re.sub("[ \t\r\n]+", " ", str(part)).strip(" ") for part in parts))
