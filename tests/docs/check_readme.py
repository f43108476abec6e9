"""check_readme.py SOURCE-FOLDER: every C++ block of README.md is, word for word, a file of tests/readme (which the build compiles and the tests run),
every such file stands in the README, and every command of its `sh` blocks is run by tools/demo or is tools/demo or tools/test itself."""
import re
import sys
from pathlib import Path

top = Path(sys.argv[1])
readme = (top / "README.md").read_text(encoding="utf-8")
blocks = re.findall(r"^```cpp\n(.*?)^```$", readme, re.M | re.S)
files = {path.name: path.read_text(encoding="utf-8") for path in sorted((top / "tests/readme").glob("*.cpp"))}
problems = []
for number, block in enumerate(blocks, 1):
    if block not in files.values():
        problems.append(f"C++ block {number} of README.md is no file of tests/readme:\n{block}")
for name, text in files.items():
    if text not in blocks:
        problems.append(f"tests/readme/{name} is no block of README.md")
demo = (top / "tools/demo").read_text(encoding="utf-8")
for block in re.findall(r"^```sh\n(.*?)^```$", readme, re.M | re.S):
    for line in block.splitlines():
        command = line.split("#")[0].strip()
        if command and command not in ("tools/demo", "tools/test") and command not in demo:
            problems.append(f"README.md shows a command that tools/demo does not run: {command}")
print("\n".join(problems) or f"{len(blocks)} blocks and the commands stand")
sys.exit(1 if problems or not blocks else 0)
