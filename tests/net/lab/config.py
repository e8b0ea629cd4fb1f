"""Writes congchao.conf for a lab. Keywords as in congchao.conf(5); values as in Python."""

ZONES = [{"name": "wifi", "interfaces": ["br-lan"], "release_for": "12h"}]


class Raw(str):
    """Text that goes into the file as it stands."""


def value(item):
    """One libconfig value. dict: group; list of dict: list; other list: array."""
    if isinstance(item, Raw):
        return str(item)
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, (int, float)):
        return str(item)
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(item, dict):
        return "{ " + " ".join(f"{key} = {value(item[key])};" for key in item) + " }"
    if any(isinstance(member, dict) for member in item):
        return "( " + ",\n  ".join(value(member) for member in item) + " )"
    return "[ " + ", ".join(value(member) for member in item) + " ]"


def merged(base, more):
    """more over base; groups are merged, everything else is replaced, None removes."""
    result = dict(base)
    for key, item in more.items():
        if isinstance(item, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], item)
        elif item is None:
            result.pop(key, None)
        else:
            result[key] = item
    return result


def text(settings):
    return "".join(f"{key} = {value(settings[key])};\n" for key in settings)


def defaults(folder, content, www):
    return {
        "site": {"id": "lab-0001", "name": "Nhà văn hoá Phòng Thí Nghiệm"},
        "zones": ZONES,
        "portal": {"port": 2080, "languages": ["vi", "en"], "visit": "full"},
        "limits": {"released": 1000, "visits": 512, "connections_per_device": 16},
        "trusted": [],
        "when_down": "open",
        "users": {"gate": "congchao-gate", "portal": "congchao"},
        "paths": {"state": f"{folder}/state", "run": f"{folder}/run",
                  "content": content, "www": www},
    }
