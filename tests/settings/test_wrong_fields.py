"""Each wrong field is answered by exactly one sentence: file, line, path, value, what is allowed."""

from __future__ import annotations

import dataclasses

import pytest

from infra.settings import StackError, StackFileErrors, load_text
from tests.settings.good import NAME, TEXT, TODAY, with_line

REGION = "allowed: cn-north-1, cn-northwest-1"
CENTRE_CIDR = "allowed: private networks (10/8, 172.16/12, 192.168/16) from /16 to /20"
SITE_CIDR = "allowed: private networks (10/8, 172.16/12, 192.168/16) from /16 to /28"
APART = "every data centre and site has addresses of its own"
VISITS = "allowed: 0 to 100,000 (visits on a working day; the busiest hospitals see some 25,000)"
MAIL = "has the wrong form; wanted: an e-mail address, such as operations@example.com"
DOMAIN = "has the wrong form; wanted: a domain in lower case, such as records.example-hospital.cn"
DAY = 'is not a date such as "2027-12-31"'
QUOTES = "was read as a number, which loses leading zeros; write all 12 digits in quotes"
LINE = "has the wrong form; wanted: one line of text, without control characters"


@dataclasses.dataclass(frozen=True)
class Case:
    """One line replaced. `at` is the line that the sentence must name: the new one unless stated. In `message`, an
    ellipsis stands for any text."""

    id: str
    old: str
    new: str
    path: str
    value: str | None
    message: str
    at: str | None = None


CASES = (
    # keys
    Case("unknown key", "data: patient", "data: patient\ncolour: red", "colour", "'red'", "is not a key here; allowed: schema, title, …"),
    Case("misspelt key", "short_name: test", "short_nam: test", "short_nam", "'test'", "is not a key here; allowed: …; did you mean 'short_name'?"),
    Case("misspelt inner key", "inpatients: 2000", "inpatient: 2000", "demand.inpatient", "2000", "is not a key here; allowed: outpatients_per_day, …; did you mean 'inpatients'?"),
    Case("key that is a number", "data: patient", "data: patient\n7: red", "7", "'red'", "is not a key here; allowed: …"),
    Case("missing key", "title: Test Hospital", "", "title", None, "is missing; wanted: The hospital's name, for reports", "hospital-cloud:hospital:"),
    Case("missing inner key", "inpatients: 2000", "", "demand.inpatients", None, "is missing; wanted: Patients in bed on a normal day", "demand:"),
    Case("empty value", "short_name: test", "short_name:", "short_name", None, "is empty; wanted: Stands in the names of buckets and roles; never changes"),
    Case("duplicate key", "data: patient", "data: patient\ndata: patient", "data", None, "stands twice, in lines 12 and 13; remove one"),
    Case("duplicate block key", "cidr: 10.16.0.0/16", "cidr: 10.16.0.0/16\ncidr: 10.18.0.0/16", "data_centres.beijing.cidr", None, "stands twice, in lines 33 and 34; remove one"),
    # closed sets
    Case("misspelt lifecycle", "lifecycle: live", "lifecycle: lve", "lifecycle", "'lve'", "'lve' is not allowed here; allowed: trial, live, retiring; did you mean 'live'?"),
    Case("misspelt data", "data: patient", "data: patients", "data", "'patients'", "'patients' is not allowed here; allowed: patient, synthetic; did you mean 'patient'?"),
    Case("misspelt site kind", "kind: campus", "kind: camps", "edge_sites.main-campus.kind", "'camps'", "'camps' is not allowed here; allowed: campus, clinic; did you mean 'campus'?"),
    Case("enum far from all", "connection: sd-wan", "connection: 42", "edge_sites.clinic-one.connection", "42", "42 is not allowed here; allowed: direct-connect, sd-wan, none"),
    Case("unknown modality", "ct: 460", "cat: 460", "demand.imaging_studies_per_day.cat", "'cat'", "'cat' is not allowed here; allowed: ct, mr, dr, us, mg, xa, pt, es, sm, ecg; did you mean 'ct'?"),
    Case("unknown jurisdiction", "jurisdiction: cn-mainland", "jurisdiction: cn-mainlnd", "jurisdiction", "'cn-mainlnd'", "'cn-mainlnd' is not a jurisdiction here; allowed: cn-mainland, eu, sg, us; did you mean 'cn-mainland'?"),
    Case("a later schema", "schema: 1", "schema: 2", "schema", "2", "2 is not allowed here; allowed: 1"),
    Case("yes is text", "critical_infrastructure: false", "critical_infrastructure: perhaps", "protection.critical_infrastructure", "'perhaps'", "'perhaps' is neither true nor false"),
    # regions
    Case("unknown region", "region: cn-north-1", "region: cn-nort-1", "data_centres.beijing.region", "'cn-nort-1'", f"'cn-nort-1' is not a region of cn-mainland; {REGION}; did you mean 'cn-north-1'?"),
    Case("region outside", "region: cn-northwest-1", "region: eu-central-1", "data_centres.ningxia.region", "'eu-central-1'", f"'eu-central-1' is an AWS region outside cn-mainland, where this hospital's data must stay; {REGION}"),
    Case("standby in the primary region", "region: cn-northwest-1", "region: cn-north-1", "data_centres.ningxia.region", "'cn-north-1'", "'cn-north-1' is the region of both data centres, …; allowed: cn-northwest-1"),
    Case("two primaries", "role: standby", "role: primary", "data_centres.ningxia.role", "'primary'", "'primary' is the role of beijing too; one data centre is primary, the other is standby"),
    Case("no primary", "role: primary", "role: standby", "data_centres.ningxia.role", "'standby'", "'standby' is the role of beijing too; …", "role: standby"),
    Case("three data centres", "edge_sites:", "  third:\n    region: cn-north-1\n    role: standby\n    cidr: 10.18.0.0/16\nedge_sites:", "data_centres", "a mapping", "has 3 entries; allowed: at most 2", "data_centres:"),
    # networks
    Case("data centres overlap", "cidr: 10.17.0.0/16", "cidr: 10.16.0.0/20", "data_centres.ningxia.cidr", "'10.16.0.0/20'", f"'10.16.0.0/20' overlaps 10.16.0.0/16 of data_centres.beijing; {APART}"),
    Case("site overlaps data centre", "cidr: 10.64.0.0/20", "cidr: 10.16.0.0/20", "edge_sites.main-campus.cidr", "'10.16.0.0/20'", f"'10.16.0.0/20' overlaps 10.16.0.0/16 of data_centres.beijing; {APART}"),
    Case("sites overlap", "cidr: 10.64.16.0/24", "cidr: 10.64.1.0/24", "edge_sites.clinic-one.cidr", "'10.64.1.0/24'", f"'10.64.1.0/24' overlaps 10.64.0.0/20 of edge_sites.main-campus; {APART}"),
    Case("public network", "cidr: 10.64.16.0/24", "cidr: 8.8.8.0/24", "edge_sites.clinic-one.cidr", "'8.8.8.0/24'", f"'8.8.8.0/24' is not a private network; {SITE_CIDR}"),
    Case("network too large", "cidr: 10.17.0.0/16", "cidr: 10.18.0.0/15", "data_centres.ningxia.cidr", "'10.18.0.0/15'", f"'10.18.0.0/15' is too large; {CENTRE_CIDR}"),
    Case("network too small", "cidr: 10.17.0.0/16", "cidr: 10.17.0.0/24", "data_centres.ningxia.cidr", "'10.17.0.0/24'", f"'10.17.0.0/24' is too small; {CENTRE_CIDR}"),
    Case("site network too small", "cidr: 10.64.16.0/24", "cidr: 10.64.16.0/29", "edge_sites.clinic-one.cidr", "'10.64.16.0/29'", f"'10.64.16.0/29' is too small; {SITE_CIDR}"),
    Case("host bits", "cidr: 10.17.0.0/16", "cidr: 10.17.1.0/16", "data_centres.ningxia.cidr", "'10.17.1.0/16'", f"'10.17.1.0/16' is not the first address of its network; did you mean 10.17.0.0/16?; {CENTRE_CIDR}"),
    Case("no network", "cidr: 10.17.0.0/16", "cidr: 10.17.0.999/16", "data_centres.ningxia.cidr", "'10.17.0.999/16'", f"'10.17.0.999/16' is not an IPv4 network such as 10.16.0.0/16; {CENTRE_CIDR}"),
    Case("an IPv6 network", "cidr: 10.17.0.0/16", "cidr: fd00::/16", "data_centres.ningxia.cidr", "'fd00::/16'", f"'fd00::/16' is not an IPv4 network such as 10.16.0.0/16; {CENTRE_CIDR}"),
    # accounts
    Case("account without its zero", 'id: "111122223333"', "id: 012345678901", "accounts.workload.id", "12345678901", f"12345678901 {QUOTES}"),
    Case("account too short", 'id: "111122223333"', 'id: "11112222"', "accounts.workload.id", "'11112222'", "'11112222' has the wrong form; wanted: an AWS account id, 12 digits in quotes"),
    Case("backup is the workload", 'id: "777788889999"', 'id: "111122223333"', "accounts.backup.id", "'111122223333'", "'111122223333' is the workload account too; …: name another account, or leave backup out"),
    Case("backup is the log", 'id: "777788889999"', 'id: "444455556666"', "accounts.backup.id", "'444455556666'", "'444455556666' is the log account too, and an account has one baseline: name another account, or leave backup out"),
    Case("role of another account", "baseline: managed", "deploy_role_arn: arn:aws-cn:iam::999922223333:role/x", "accounts.workload.deploy_role_arn", "'arn:aws-cn:iam::999922223333:role/x'", "… is a role of account 999922223333; wanted: a role of account 111122223333"),
    Case("role of another partition", "baseline: managed", "deploy_role_arn: arn:aws:iam::111122223333:role/x", "accounts.workload.deploy_role_arn", "'arn:aws:iam::111122223333:role/x'", "… is in partition aws; cn-mainland is in aws-cn"),
    # names
    Case("short_name too long", "short_name: test", "short_name: toolongshortname", "short_name", "'toolongshortname'", "'toolongshortname' has 16 characters, at most 12 are allowed; wanted: 2 to 12 lower-case letters and digits, …"),
    Case("short_name in capitals", "short_name: test", "short_name: Test", "short_name", "'Test'", "'Test' has the wrong form; wanted: 2 to 12 lower-case letters and digits, …"),
    Case("site name", "main-campus:", "Main_Campus:", "edge_sites.Main_Campus", "'Main_Campus'", "as a name 'Main_Campus' has the wrong form; wanted: at most 24 lower-case letters, digits and hyphens, …"),
    Case("site name too long", "main-campus:", "m" * 25 + ":", "edge_sites." + "m" * 25, f"'{'m' * 25}'", f"as a name '{'m' * 25}' has 25 characters, at most 24 are allowed; …"),
    Case("site called as a data centre", "clinic-one:", "beijing:", "edge_sites.beijing", "'beijing'", "'beijing' is the name of a data centre too; names of resources come from it", "beijing:"),
    Case("control character", "title: Test Hospital", r'title: "a\0b"', "title", r"'a\x00b'", rf"'a\x00b' {LINE}"),
    Case("escape sequence", "title: Test Hospital", r'title: "a\e[31m"', "title", r"'a\x1b[31m'", rf"'a\x1b[31m' {LINE}"),
    Case("right to left", "title: Test Hospital", r'title: "a\u202Eb"', "title", r"'a\u202eb'", rf"'a\u202eb' {LINE}"),
    Case("only blanks", "title: Test Hospital", 'title: "  "', "title", "'  '", f"'  ' {LINE}"),
    Case("unknown city", "clinic-one:", "clinic-two:\n  city: Tianjn\n  kind: clinic\n  connection: none\n  cidr: 10.65.0.0/24\nclinic-one:", "edge_sites.clinic-two.city", "'Tianjn'", "no round trip from 'Tianjn' to cn-north-1 is known; state measured_round_trip_ms, or a city near by: …; did you mean 'Tianjin'?", "city: Tianjn"),
    # demand and numbers
    Case("demand negative", "outpatients_per_day: 5000", "outpatients_per_day: -5", "demand.outpatients_per_day", "-5", f"-5 is too small; {VISITS}"),
    Case("demand of a billion", "outpatients_per_day: 5000", "outpatients_per_day: 1000000000", "demand.outpatients_per_day", "1000000000", f"1000000000 is too large; {VISITS}"),
    Case("demand in words", "outpatients_per_day: 5000", "outpatients_per_day: many", "demand.outpatients_per_day", "'many'", "'many' is not a whole number; wanted: Outpatient visits on a working day"),
    Case("half a patient", "outpatients_per_day: 5000", "outpatients_per_day: 0.5", "demand.outpatients_per_day", "0.5", "0.5 is not a whole number; wanted: Outpatient visits on a working day"),
    Case("demand as yes", "outpatients_per_day: 5000", "outpatients_per_day: true", "demand.outpatients_per_day", "true", "true is a yes or no, not a number"),
    Case("no studies of a kind below none", "ct: 460", "ct: -1", "demand.imaging_studies_per_day.ct", "-1", "-1 is too small; allowed: 0 to 50,000 (…)"),
    Case("huge number", "outpatients_per_day: 5000", "outpatients_per_day: " + "9" * 25, "demand.outpatients_per_day", "9" * 25, "9" * 25 + f" is too large; {VISITS}"),
    Case("number of 100 digits", "outpatients_per_day: 5000", "outpatients_per_day: " + "9" * 100, "demand.outpatients_per_day", None, "is a number of 100 characters; put it in quotes if it is text"),
    Case("nan", "growth_percent_per_year: 15", "growth_percent_per_year: .nan", "demand.growth_percent_per_year", None, "'.nan' is not a number that can be used"),
    Case("inf", "growth_percent_per_year: 15", "growth_percent_per_year: -.inf", "demand.growth_percent_per_year", None, "'-.inf' is not a number that can be used"),
    Case("nan in quotes", "growth_percent_per_year: 15", 'growth_percent_per_year: "nan"', "demand.growth_percent_per_year", "'nan'", "nan is not a number that can be used"),
    Case("beyond floating point", "growth_percent_per_year: 15", "growth_percent_per_year: 1e400", "demand.growth_percent_per_year", None, "'1e400' is larger than any number that can be used"),
    Case("share above all", "demand_share_percent: 60", "demand_share_percent: 101", "edge_sites.main-campus.demand_share_percent", "101", "101 is too large; allowed: 0 to 100 (a share of the hospital's demand)"),
    Case("promise of perfection", "availability_percent: 99.99", "availability_percent: 100", "promises.availability_percent", "100", "100 is too large; allowed: 0 to 99.9999 (nothing is always there)"),
    Case("MLPS level", "mlps_level: 3", "mlps_level: 5", "protection.mlps_level", "5", "5 is too large; allowed: 2 to 4 (…)"),
    # dates and retirement
    Case("German date", 'expires_on: "2027-12-31"', "expires_on: 31.12.2027", "retirement.expires_on", "'31.12.2027'", f"'31.12.2027' {DAY}"),
    Case("no such day", 'expires_on: "2027-12-31"', "expires_on: 2027-02-30", "retirement.expires_on", "'2027-02-30'", f"'2027-02-30' {DAY}"),
    Case("date as number", 'expires_on: "2027-12-31"', "expires_on: 20271231", "retirement.expires_on", "20271231", f"20271231 {DAY}"),
    Case("date with an hour", 'expires_on: "2027-12-31"', "expires_on: 2027-12-31T08:00:00Z", "retirement.expires_on", "'2027-12-31T08:00:00Z'", f"'2027-12-31T08:00:00Z' {DAY}"),
    # clinical entry and pipeline
    Case("public without ICP", "icp_filing_number: 津ICP备20261234号-1", "", "clinical_entry.icp_filing_number", None, "is missing; a public entry in mainland China needs the domain's ICP filing, such as 京ICP备12345678号-1", "clinical_entry:"),
    Case("ICP form", "icp_filing_number: 津ICP备20261234号-1", "icp_filing_number: ICP-1", "clinical_entry.icp_filing_number", "'ICP-1'", "'ICP-1' has the wrong form; wanted: an ICP filing number, such as 京ICP备12345678号-1"),
    Case("domain with scheme", "domain: records.test.example", "domain: https://records.test.example", "clinical_entry.domain", "'https://records.test.example'", f"'https://records.test.example' {DOMAIN}"),
    Case("domain without a dot", "domain: records.test.example", "domain: records", "clinical_entry.domain", "'records'", f"'records' {DOMAIN}"),
    Case("e-mail", "operations_email: operations@test.example", "operations_email: operations", "contacts.operations_email", "'operations'", f"'operations' {MAIL}"),
    Case("existing zone without id", "hosted_zone: managed", "hosted_zone: existing", "clinical_entry.hosted_zone_id", None, "is missing; an existing zone is referred to by its id", "clinical_entry:"),
    Case("wildcard in the allow list", "- api.insurance.example", '- "*.insurance.example"', "egress_allow_list[0]", "'*.insurance.example'", "'*.insurance.example' has the wrong form; wanted: a domain such as updates.example.com, …"),
    Case("every pipeline", "subject: project:main", 'subject: "*"', "ci.subject", "'*'", "'*' lets every pipeline of the issuer in; name the project and branch"),
    # pins and capabilities
    Case("database class of no form", "nodes: 9", "database_instance_class: r6g.large", "pins.database_instance_class", "'r6g.large'", "'r6g.large' has the wrong form; wanted: a database class …"),
    Case("database class of no size", "nodes: 9", "database_instance_class: db.r6g.huge", "pins.database_instance_class", "'db.r6g.huge'", "'db.r6g.huge' has the wrong form; wanted: a database class …, such as db.r6g.2xlarge"),
    Case("node type of no size", "nodes: 9", "node_instance_type: m6i.2xlargee", "pins.node_instance_type", "'m6i.2xlargee'", "'m6i.2xlargee' has the wrong form; wanted: an instance type …"),
    Case("too many nodes", "nodes: 9", "nodes: 451", "pins.nodes", "451", "451 is too large; allowed: 1 to 450 (nodes of one node group)"),
    Case("unknown tier", "nodes: 9", "tier: tertary", "pins.tier", "'tertary'", "'tertary' is not allowed here; allowed: clinic, county, tertiary; did you mean 'tertiary'?"),
    Case("unknown capability", "capability: aurora.serverless-v2", "capability: aurora.serverles-v2", "verified_capabilities[0].capability", "'aurora.serverles-v2'", "'aurora.serverles-v2' is not a capability of cn-north-1; allowed: …; did you mean 'aurora.serverless-v2'?"),
    Case("capability elsewhere", "- region: cn-north-1", "- region: us-east-1", "verified_capabilities[0].region", "'us-east-1'", f"'us-east-1' is an AWS region outside cn-mainland, where this hospital's data must stay; {REGION}"),
    # types and texts
    Case("list for text", "title: Test Hospital", "title: [a, b]", "title", "a list", "a list is not text; put it in quotes if it is meant as text"),
    Case("text for a block", "workload:", "log2: x\nworkload:", "accounts.log2", "'x'", "is not a key here; allowed: workload, log, backup; did you mean 'log'?", "log2: x"),
    Case("text for a list", "- api.insurance.example", "api.insurance.example", "egress_allow_list", "'api.insurance.example'", "'api.insurance.example' stands where a list is wanted (lines that begin with a hyphen)", "egress_allow_list:"),
    Case("secret", "title: Test Hospital", "title:\n  secure: AAABAJ5Tq", "title", None, "is encrypted (secure:); settings are judged without keys: write it plain", "title:"),
    Case("tag", "title: Test Hospital", "title: !!python/name:os.system x", "title", None, "has the tag !!python/name:os.system; tags are not accepted here"),
    Case("not a certificate", "demand_share_percent: 60", "certificate_authority_pem: hunter2", "edge_sites.main-campus.certificate_authority_pem", None, "is not one PEM certificate; wanted: one -----BEGIN CERTIFICATE----- block"),
    Case("a private key", "demand_share_percent: 60", "certificate_authority_pem: -----BEGIN PRIVATE KEY-----", "edge_sites.main-campus.certificate_authority_pem", None, "is a private key; only the certificate of the authority belongs here"),
    Case("sum of shares", "cidr: 10.64.16.0/24", "cidr: 10.64.16.0/24\ndemand_share_percent: 41", "edge_sites.clinic-one.demand_share_percent", "41", "the shares of all sites up to this one come to 101 percent; allowed: 100 in all"),
)  # fmt: skip


def errors_of(text: str | bytes) -> tuple[StackError, ...]:
    """What is wrong with a text."""
    with pytest.raises(StackFileErrors) as caught:
        load_text(text if isinstance(text, bytes) else text.encode(), NAME, today=TODAY)
    return caught.value.errors


def only_error(text: str | bytes) -> StackError:
    """The one thing that is wrong with a text."""
    found = errors_of(text)
    assert len(found) == 1, [str(error) for error in found]
    return found[0]


def line_of(text: str, wanted: str) -> int:
    """The last line that reads so."""
    return max(number for number, line in enumerate(text.split("\n"), 1) if line.strip() == wanted.strip())


def says(message: str, wanted: str) -> bool:
    """Whether a message is the wanted one; an ellipsis stands for any text."""
    first, *rest = wanted.split("…")
    if not rest:
        return message == wanted
    if not message.startswith(first) or not message.endswith(rest[-1]):
        return False
    place = len(first)
    for part in rest:
        place = message.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def test_the_good_text_is_good() -> None:
    assert load_text(TEXT.encode(), NAME, today=TODAY).hospital.short_name == "test"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_one_wrong_line_one_sentence(case: Case) -> None:
    text = with_line(case.old, case.new)
    error = only_error(text)
    assert says(error.message, case.message), error.message
    assert (error.file, error.path, error.value) == (NAME, case.path, case.value)
    assert error.line == line_of(text, case.at or case.new.split("\n")[-1])
    assert str(error) == f"{NAME}:{error.line}: {case.path}: {error.message}"


def test_ids_are_distinct() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def test_retiring_needs_who_why_and_until_when() -> None:
    text = with_line(
        "lifecycle: live", "lifecycle: retiring", TEXT.replace("    retirement:\n", "    retirement: null\n", 1)
    )
    for line in ("owner: cio@test.example", "reason: Exit plan", 'expires_on: "2027-12-31"'):
        text = with_line(line, "", text)
    error = only_error(text)
    assert error.path == "retirement"
    assert error.message == "is missing; a retiring stack says owner, reason and expires_on (a date)"


def test_retirement_ends_after_its_day() -> None:
    text = with_line("lifecycle: live", "lifecycle: retiring")
    assert load_text(
        with_line('expires_on: "2027-12-31"', 'expires_on: "2026-06-01"', text).encode(), NAME, today=TODAY
    )
    error = only_error(with_line('expires_on: "2027-12-31"', 'expires_on: "2026-05-31"', text))
    assert (error.line, error.path, error.value) == (11, "retirement.expires_on", "'2026-05-31'")
    assert error.message.startswith("'2026-05-31' is past (today is 2026-06-01)")


def test_a_past_day_does_not_matter_while_live() -> None:
    text = with_line('expires_on: "2027-12-31"', 'expires_on: "2020-01-01"')
    assert load_text(text.encode(), NAME, today=TODAY)


def test_no_primary() -> None:
    text = with_line("role: primary", "role: standby")
    lines = text.split("\n")
    start = lines.index("      ningxia:")
    error = only_error("\n".join(lines[:start] + lines[start + 4 :]))
    assert (error.path, error.message) == ("data_centres", "has no primary; one data centre has role: primary")


def test_a_hospital_without_patients() -> None:
    text = with_line(
        "inpatients: 2000", "inpatients: 0", with_line("outpatients_per_day: 5000", "outpatients_per_day: 0")
    )
    error = only_error(text)
    assert (error.line, error.path, error.value) == (51, "demand.outpatients_per_day", "0")
    assert error.message == "0 outpatients a day and 0 inpatients are no hospital; state at least one of them"


EUROPE = (
    ("jurisdiction: cn-mainland", "jurisdiction: eu"),
    ("region: cn-north-1", "region: eu-central-1"),
    ("region: cn-northwest-1", "region: eu-west-1"),
    ("- region: cn-north-1", "- region: eu-central-1"),
    ("mlps_level: 3", ""),
    ("icp_filing_number: 津ICP备20261234号-1", ""),
)


def test_what_is_for_china_only() -> None:
    text = TEXT.replace("Tianjin", "Munich").replace("aurora.serverless-v2", "backup.cross-region-copy")
    for old, new in EUROPE:
        if new:
            text = with_line(old, new, text)
    found = {error.path: error.message for error in errors_of(text)}
    assert found["protection.mlps_level"] == "is for mainland China only (GB/T 22239-2019), not for eu; remove it"
    assert found["clinical_entry.icp_filing_number"] == "is for mainland China only, not for eu"
    assert found.keys() == {"protection.mlps_level", "clinical_entry.icp_filing_number"}
    for old, new in EUROPE:
        if not new:
            text = with_line(old, new, text)
    assert load_text(text.encode(), NAME, today=TODAY).hospital.law.id == "eu"


def test_all_errors_at_once_in_the_order_of_lines() -> None:
    text = TEXT
    for old, new in (
        ("lifecycle: live", "lifecycle: life"),
        ("region: cn-northwest-1", "region: cn-north-1"),
        ("cidr: 10.64.16.0/24", "cidr: 10.64.1.0/24"),
        ("inpatients: 2000", "inpatients: many"),
        ("domain: records.test.example", "domain: Records"),
        ("nodes: 9", "nodes: 0"),
        ("title: Test Hospital", "titel: Test Hospital"),
    ):
        text = with_line(old, new, text)
    assert [(error.line, error.path) for error in errors_of(text)] == [
        (4, "titel"),
        (7, "lifecycle"),
        (35, "data_centres.ningxia.region"),
        (49, "edge_sites.clinic-one.cidr"),
        (52, "demand.inpatients"),
        (61, "clinical_entry.domain"),
        (76, "pins.nodes"),
    ]


def test_a_pasted_secret_is_not_shown() -> None:
    error = only_error(with_line("demand_share_percent: 60", "certificate_authority_pem: hunter2"))
    assert "hunter2" not in str(error)
