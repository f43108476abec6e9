"""The vendor's drivers and the programs over them: which there are, how each is fetched, built and started."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent.parent
ROOT = FOLDER.parent.parent
WORK = pathlib.Path(os.environ.get("DMKIT_CONFORMANCE_DIR", ROOT / "build" / "conformance"))

OLDEST_GO = 1, 19  # Debian 12's; what the modules say they want is newer, but they build


class LeftOut(Exception):
    """This machine cannot run the driver; the text says why."""


class Broken(Exception):
    """Fetching, building or serving failed; counts as a failure."""


def need(*commands):
    for command in commands:
        if not shutil.which(command):
            raise LeftOut(f"the command {command} is missing (Debian packages: tests/conformance/packages.txt)")


def call(*command, cwd=None, **variables):
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **variables}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Broken(f"{' '.join(str(part) for part in command)}: exit status {done.returncode}\n{done.stdout.strip()}")
    return done.stdout


def once(folder, sources, build):
    """Calls build() unless it was done before for the same contents of sources."""
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
    stamp = folder / "stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    folder.mkdir(parents=True, exist_ok=True)
    build()
    stamp.write_text(digest)


def sources_of(folder):
    return sorted(path for path in (FOLDER / folder).iterdir() if path.is_file())


def prepare_node(package):
    need("node", "npm")
    folder = WORK / "node"

    def install():
        shutil.copy(package, folder)
        call("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", cwd=folder)

    once(folder, [package], install)
    return ["node", FOLDER / "node" / "run.mjs"], {"DMKIT_DRIVER": str(folder)}


def prepare_go(source, module_file, version):
    """The module file names the driver; what the driver says of itself must be the version that the page shows."""
    need("go")
    folder, sources = WORK / f"{source}-{version}", sources_of(source)
    settings = {"cwd": FOLDER / source, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    found = re.search(r"go(\d+)\.(\d+)", call("go", "version", **settings))
    if (int(found[1]), int(found[2])) < OLDEST_GO:
        raise LeftOut(f"the driver's module wants Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or newer, this is {found[0]}")

    def build():
        module = f"-modfile={module_file.name}"
        call("go", "build", module, "-o", folder / "conformance", ".", **settings)
        place = call("go", "list", module, "-m", "-f", "{{.Dir}}", "github.com/godoes/gorm-dameng", **settings).strip()
        told = (pathlib.Path(place) / "dm8" / "VERSION").read_text().split()[0]
        if told != f"#{version}":
            raise Broken(f"{module_file.name} says {version}, the driver in it {told}")

    once(folder, sources, build)
    return [folder / "conformance"], {}


def java_command(folder, main):
    # Short programs: the first compiler is fast enough and starts sooner.
    return ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{folder}/classes:{folder}/*", main]


def prepare_java(source, main, jars, version):
    need("java", "javac", "mvn")
    folder, sources = WORK / f"{source}-{version}", sources_of(source)

    def build():
        for coordinates in jars:
            call("mvn", "-q", "dependency:copy", f"-Dartifact={coordinates}", f"-DoutputDirectory={folder}", cwd=folder)
        call("javac", "-encoding", "UTF-8", "-cp", f"{folder}/*", "-d", folder / "classes", *(path for path in sources if path.suffix == ".java"))

    once(folder, sources, build)
    return java_command(folder, main), {}


def prepare_python(source, program):
    need("python3")
    folder, requirements = WORK / source, FOLDER / source / "requirements.txt"
    python = folder / "venv" / "bin" / "python"

    def install():
        call("python3", "-m", "venv", folder / "venv")
        try:
            call(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r", requirements)
        except Broken as broken:
            if "No matching distribution" in str(broken):
                raise LeftOut(f"{requirements.read_text().split()} has no wheel for this Python and machine") from broken
            raise

    once(folder, [requirements], install)
    try:
        call(python, "-c", "import dmPython")
    except Broken as broken:
        raise LeftOut(f"dmPython does not load: {str(broken).splitlines()[-1]}") from broken
    return [python, FOLDER / source / program], {}


PRINTED = "the driver has no call for what PRINT wrote"

# Fields of a step that a driver's interface has nothing for, and why.
UNSAID = {
    "go": {"printed": PRINTED, "failed": "the driver tells how many rows a batch changed, not which failed"},
    "node": {"last_id": "the driver's results have no generated key", "printed": PRINTED},
    "python": {"types": "the description of a result has classes of types only, not the server's names",
               "last_id": "the driver's cursors have no generated key", "printed": PRINTED},
}


class Driver:
    """One version of one driver. `name` is what the table's `except` may name, beside the language alone."""

    def __init__(self, language, package, version, prepare):
        self.language, self.package, self.version, self.prepare = language, package, version, prepare
        self.name = f"{language} {version}"
        self.unsaid = UNSAID.get(language, {})
        # Go offers message version 8 and no other; the others run all scenarios a second time, at the mock's newest.
        self.message_versions = [8] if language == "go" else [8, 11]

    def sayable(self, scenario):
        """The scenario without the checks that this driver cannot make; the page names them."""
        return {**scenario, "steps": [{field: value for field, value in step.items() if field not in self.unsaid} for step in scenario["steps"]]}

    def cannot(self, scenario):
        """Why this driver cannot express the scenario; None if it can."""
        reasons = scenario.get("except", {})
        return reasons.get(self.name, reasons.get(self.language))


def go_versions():
    for file in ("go.mod", "older.mod"):
        module_file = FOLDER / "go" / file
        module, version = re.search(r"godoes/gorm-dameng (\S+) // driver (\S+)", module_file.read_text()).groups()
        yield Driver("go", f"`github.com/godoes/gorm-dameng/dm8` {module}", version,
                     lambda module_file=module_file, version=version: prepare_go("go", module_file, version))


def java_versions():
    coordinates = (FOLDER / "java" / "coordinates.txt").read_text().split()
    for driver in (jar for jar in coordinates if "DmJdbcDriver" in jar):
        version = driver.split(":")[2]
        jars = [driver, *(jar for jar in coordinates if "DmJdbcDriver" not in jar)]
        yield Driver("java", f"`{driver}`", version,
                     lambda jars=jars, version=version: prepare_java("java", "Run", jars, version))


def node_versions():
    package = FOLDER / "node" / "package.json"
    version = json.loads(package.read_text())["dependencies"]["dmdb"]
    yield Driver("node", "npm `dmdb`", version, lambda: prepare_node(package))


def python_versions():
    version = re.search(r"dmPython==(\S+)", (FOLDER / "python" / "requirements.txt").read_text())[1]
    yield Driver("python", "PyPI `dmPython`", version, lambda: prepare_python("python", "run.py"))


def all_drivers():
    return [*go_versions(), *java_versions(), *node_versions(), *python_versions()]
