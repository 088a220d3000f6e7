#!/usr/bin/env python3
"""The bill of materials of an image, SPDX 2.3 in JSON: the program and the Debian packages whose libraries it loads.

    sbom.py PROGRAM       writes it to standard output

Read from dpkg, so that names and versions are those that Debian's security tracker knows.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path


def lines(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def libraries(program):
    """What the loader takes, by the paths it looks under."""
    return sorted({match[0] for line in lines("ldd", program) if (match := re.search(r"/[^ ]*", line))})


def packages_of(paths):
    """The packages that own these files. dpkg knows some of them with the /usr of a merged file system, some without."""
    candidates = {}
    for path in paths:
        real = os.path.realpath(path)
        for known in {path, real, real.removeprefix("/usr"), "/usr" + path}:
            candidates[known] = path
    # It complains about those it does not know and tells the others.
    found = subprocess.run(["dpkg", "-S", *candidates], capture_output=True, text=True, check=False).stdout
    owners = {}
    for line in found.splitlines():
        owner, path = line.rsplit(": ", 1)
        owners[candidates[path]] = owner.split(":")[0]
    if nobodys := set(paths) - set(owners):
        sys.exit(f"sbom: no package has {', '.join(sorted(nobodys))}")
    return sorted(set(owners.values()))


def version_of(program):
    """"0.1.0" and "5b276bf" of what the program says of itself."""
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
    match = re.search(r"(\d+\.\d+\.\d+)(?: \((\w+)\))?", said)
    return (match[1], match[2] or "") if match else ("0", "")


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def debian_package(name):
    form = "${Version}\t${source:Package}\t${source:Version}\t${Architecture}\t${Maintainer}\t${Homepage}"
    version, source, source_version, architecture, maintainer, homepage = lines(
        "dpkg-query", "-W", f"-f={form}\n", name)[0].split("\t")
    package = {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
        "name": name,
        "versionInfo": version,
        "supplier": "Organization: Debian",
        "originator": f"Person: {maintainer}",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": f"See /usr/share/doc/{name}/copyright",
        "sourceInfo": f"built from {source} {source_version}",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": f"pkg:deb/debian/{name.replace('+', '%2B')}@{version.replace('+', '%2B').replace(':', '%3A')}"
                                f"?arch={architecture}&distro=debian-12"}],
    }
    if homepage:
        package["homepage"] = homepage
    return package


def document(program):
    name = Path(program).name
    version, revision = version_of(program)
    digest = sha256(program)
    packages = [debian_package(name) for name in packages_of(libraries(program))]
    own = {
        "SPDXID": "SPDXRef-program", "name": name, "versionInfo": version + (f" ({revision})" if revision else ""),
        "supplier": "Organization: Voortgang", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
        "licenseConcluded": "EUPL-1.2", "licenseDeclared": "EUPL-1.2", "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "APPLICATION",
        "comment": "The checksum is of the program before symbols were stripped.",
    }
    created = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{name}-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{name}-{version}-{digest}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: voortgang-sbom"]},
        "packages": [own] + packages,
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                           "relatedSpdxElement": "SPDXRef-program"}] +
                         [{"spdxElementId": "SPDXRef-program", "relationshipType": "DEPENDS_ON",
                           "relatedSpdxElement": package["SPDXID"]} for package in packages],
    }


def main():
    print(json.dumps(document(sys.argv[1]), indent=1))


if __name__ == "__main__":
    main()
