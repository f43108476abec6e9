"""Programs over the drivers: what they are made of, and how each is fetched, built and started."""

import re

from runner.drivers import FOLDER, WORK, call, java_command, need, once, prepare_go, prepare_python, sources_of


class Program:
    """One unmodified library with a program that uses it. It gets the server's place as the harnesses do."""

    def __init__(self, name, package, prepare):
        self.name, self.package, self.prepare = name, package, prepare


def gorm():
    name = "orm-gorm"
    module_file = FOLDER / name / "go.mod"
    text = module_file.read_text()
    dialect, driver = re.search(r"godoes/gorm-dameng (\S+) // driver (\S+)", text).groups()
    library = re.search(r"gorm.io/gorm (\S+)", text)[1]
    return Program(name, f"Go, `gorm.io/gorm` {library}, `github.com/godoes/gorm-dameng` {dialect}",
                   lambda: prepare_go(name, module_file, driver))


def hibernate():
    name = "orm-hibernate"
    artifacts = re.findall(r"<artifactId>(\S+)</artifactId>\s*<version>(\S+)</version>", (FOLDER / name / "pom.xml").read_text())[1:]

    def prepare():
        need("java", "javac", "mvn")
        folder, sources = WORK / name, sources_of(name)

        def build():
            call("mvn", "-q", "-B", "-f", FOLDER / name / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={folder}", cwd=folder)
            call("javac", "-encoding", "UTF-8", "-cp", f"{folder}/*", "-d", folder / "classes", FOLDER / name / "Program.java")

        once(folder, sources, build)
        return java_command(folder, "Program"), {}

    return Program(name, "Java, " + ", ".join(f"`{artifact}` {version}" for artifact, version in artifacts), prepare)


def sqlalchemy():
    name = "orm-sqlalchemy"
    packages = (FOLDER / name / "requirements.txt").read_text().split()
    return Program(name, "Python, " + ", ".join("`{}` {}".format(*package.split("==")) for package in packages),
                   lambda: prepare_python(name, "program.py"))


def all_programs():
    return [gorm(), hibernate(), sqlalchemy()]
