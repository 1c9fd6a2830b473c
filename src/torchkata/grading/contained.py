"""Inside a container: programs come on standard input, verdicts go to standard output, a line each."""

from __future__ import annotations

import base64
import json
import sys

from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue
from torchkata.grading.elsewhere import Setting, Work, judged
from torchkata.grading.keep import Kept, content_digest
from torchkata.judging.worker import Limits


def main() -> None:
    tree = content.installed()
    catalogue = Catalogue(tree)
    asked = json.loads(sys.stdin.readline())
    setting = Setting(None, asked["device"], Limits(**asked["limits"]))
    kept = Kept(None, tree, setting.device, setting.limits)
    print(json.dumps({"content": content_digest(catalogue)}), flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        kata, program = told["kata"], base64.b64decode(told["program"])
        key = kept.key(catalogue[kata].kata, program)
        print(judged(Work(setting, kata, program, key)).to_json(), flush=True)


if __name__ == "__main__":
    main()
