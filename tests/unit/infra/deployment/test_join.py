"""What a page loads at its start, in one script and one style sheet."""

import re
import shutil
import subprocess
from dataclasses import replace
from graphlib import CycleError

import pytest

from infra.deployment import publish
from infra.deployment.join import STYLE, Start, joined
from infra.deployment.publish import LAYOUT, STARTS, Origins

START = Start("page/", ("a.html",), ("page/main.js",))
PAGE = """<head>
  <link rel="stylesheet" href="/shared/tokens.css">
  <link rel="stylesheet" href="/page/page.css">
  <script type="module" src="/page/main.js"></script>
</head>
"""
FILES = {
    "a.html": PAGE,
    "shared/tokens.css": ":root { --a: 1px; }\n",
    "page/page.css": "p { margin: 0; }\n",
    "page/main.js": 'import { twice as double } from "./maths.js";\nimport {\n  add,\n} from "/shared/add.js";\n'
    'console.log(double(4), add(1, 2), (await import("./late.js")).late());\n',
    "page/maths.js": 'import { add } from "/shared/add.js";\nexport const twice = (n) => add(n, n);\n',
    "page/late.js": 'import { twice } from "./maths.js";\nexport const late = () => twice(50);\n',
    "shared/add.js": "let calls = 0;\nexport function add(a, b) {\n  calls += 1;\n  return a + b + calls;\n}\n",
}
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="no node: the joined script is NOT run")


def join(start=START, **changed):
    files = {key: text.encode() for key, text in {**FILES, **changed}.items()}
    return {key: body.decode() for key, body in joined(files, start).items()}


@needs_node
def test_joined_modules_do_what_the_separate_ones_do_and_keep_one_state(tmp_path):
    for key, text in join().items():
        (tmp_path / key).parent.mkdir(exist_ok=True)
        (tmp_path / key).write_text(text.replace('from "/', f'from "{tmp_path}/'))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(["node", "page/main.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("9 5 103\n", "")


def test_the_page_names_one_style_sheet_and_loads_the_joined_script_ahead():
    page = join()["a.html"]
    assert STYLE.findall(page) == ["page/start.css"]
    assert '<link rel="modulepreload" href="/page/start.js">' in page
    assert join()["page/start.css"] == ":root { --a: 1px; }\np { margin: 0; }\n"


def test_separate_files_go_unless_a_page_or_a_script_outside_the_folder_needs_them():
    assert set(join()) == {"a.html", "page/main.js", "page/late.js", "page/start.js", "page/start.css"}
    shop = {
        "b.html": '  <link rel="stylesheet" href="/shared/tokens.css">\n',
        "shop/shop.js": 'import { add } from "/shared/add.js";\n',
    }
    assert set(join(**shop)) - set(join()) == {*shop, "shared/tokens.css", "shared/add.js"}


def test_the_lines_of_a_separate_script_keep_their_numbers():
    assert [line.count("console.log") for line in join()["page/main.js"].split("\n")] == [0, 0, 0, 0, 1, 0]


def test_a_module_that_only_later_pages_need_can_be_joined_too():
    assert "page/late.js" not in join(replace(START, also=("page/late.js",)))


@pytest.mark.parametrize(
    "line", ['import * as all from "./x.js";', "export default 1;", "export { a };", 'import "x";']
)
def test_an_import_or_export_of_another_form_is_refused(line):
    with pytest.raises(ValueError, match=re.escape(line)):
        join(**{"page/maths.js": f"{line}\n{FILES['page/maths.js']}"})


def test_modules_that_import_each_other_are_refused():
    with pytest.raises(CycleError):
        join(**{"shared/add.js": 'import { twice } from "../page/maths.js";\n'})


@pytest.mark.parametrize("bucket", LAYOUT)
@pytest.mark.parametrize("demo", [False, True])
def test_every_file_that_a_published_page_or_script_names_is_published(bucket, demo):
    files = publish.objects(bucket, Origins(), demo=demo)
    scripts = [body.decode() for key, body in files.items() if key.endswith((".js", ".html")) and "v1/" not in key]
    named = {name for text in scripts for name in re.findall(r'(?:from |import\(|(?:href|src)=)"/([^"?]+\.\w+)"', text)}
    later = set(publish.DEMO[bucket]) | {"page/razorpay.js"}
    assert [name for name in named - files.keys() if not name.startswith(tuple(later))] == []


@pytest.mark.parametrize("bucket", LAYOUT)
def test_the_start_of_a_page_is_one_style_sheet_and_two_scripts(bucket):
    files = publish.objects(bucket, Origins())
    for page in STARTS[bucket].pages:
        text = files[page].decode()
        assert len(re.findall(r"<script|rel=.(?:stylesheet|modulepreload)", text)) == 3
