"""The judges by name, and one round of judging."""

from . import cloud_init, kubectl, kubernetes, readers, registries, shell, terraform
from .common import Missing, Skipped

JUDGES = {
    "yaml-readers": readers.judge_yaml,
    "json-readers": readers.judge_json,
    "cloud-init-22.4": cloud_init.judge("22.4"),
    "cloud-init-25.1": cloud_init.judge("25.1"),
    "kubernetes-schemas": kubernetes.judge,
    "kubectl": kubectl.judge,
    "registries": registries.judge,
    "sh": shell.judge_with(shell.sh),
    "dash": shell.judge_with(shell.dash),
    "shellcheck": shell.judge_with(shell.shellcheck),
    "templates": terraform.judge_templates_without,
    "terraform-validate": terraform.judge_validate,
    "terraform-plan": terraform.judge_plan,
    "terraform-templates": terraform.judge_templates,
}
# Asked for by name only: Debian's newest suite moves on, and the gate must not depend on that.
ON_DEMAND = {"cloud-init-26": cloud_init.judge("26")}


class Tally:
    """Counts, and says each failure and each skip on a line."""

    def __init__(self):
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    def passed(self):
        self.counts["passed"] += 1

    def failed(self, what, findings):
        self.counts["failed"] += 1
        print(f"FAILED  {what}: {'; '.join(findings[:20])}")

    def skipped(self, what, why):
        self.counts["skipped"] += 1
        print(f"skipped {what}: {why}")

    def summary(self):
        print("{passed} passed, {failed} failed, {skipped} skipped".format(**self.counts))
        return 1 if self.counts["failed"] else 0


def judge(name, tree, context, tally, strict=False, waived=()):
    """One judge on one tree."""
    what = f"{name}: {tree.folder}"
    try:
        findings = (JUDGES | ON_DEMAND)[name](tree, context)
    except Skipped as reason:
        tally.skipped(what, reason)
        return
    except Missing as reason:
        if name.split("-")[0] in waived:
            print(f"WAIVED, NOT JUDGED: {what}: {reason}")
            tally.skipped(what, f"waived: {reason}")
        elif strict:
            tally.failed(what, [f"the judge is missing: {reason}"])
        else:
            tally.skipped(what, reason)
        return
    if findings:
        tally.failed(what, findings)
    else:
        tally.passed()
    if name == "kubernetes-schemas":
        for kind in kubernetes.unjudged(tree, context):
            tally.skipped(what, f"no outside judge knows {kind}; gkc's own schemas must")
