"""The registry is the only list of commands; arguments are checked before a command runs."""

import pytest

from hub import commands, errors
from hub.commands.registry import ArgumentTypeError, MissingArgumentError, UnknownArgumentError


@pytest.fixture(autouse=True)
def _loaded():
    commands.load_builtin()


#: Not over REST: they read and write files of the machine.
CONSOLE_ONLY = {"backup", "restore", "export_command_documents"}


def test_every_command_has_a_summary_an_area_and_a_route():
    for command in commands.all_commands():
        assert command.summary.endswith("."), command.name
        assert command.area
        assert bool(command.path) != (command.name in CONSOLE_ONLY), command.name


def test_no_two_commands_share_a_route():
    routes = [(c.method, c.path) for c in commands.all_commands() if c.path]
    assert len(routes) == len(set(routes))


#: Change nothing, but need a body, or take long.
COMPUTING = {"flatten_inspection_data": "PUT", "jsondiff": "POST", "compare_builds": "PUT"}
#: Tell what only some may know.
FOR_SOME = {"config_history": commands.Role.OPERATOR, "plugin_code": commands.Role.OPERATOR}


def test_reading_commands_are_get_and_changing_ones_are_not():
    for command in commands.all_commands():
        if command.name in COMPUTING:
            assert (command.method, command.role) == (COMPUTING[command.name], commands.Role.VIEWER)
            continue
        if command.method == "GET":
            assert command.role <= FOR_SOME.get(command.name, commands.Role.VIEWER) or command.login, command.name
        else:
            assert command.role > commands.Role.VIEWER or command.login, command.name
            assert command.changes or command.looks


def test_an_unknown_argument_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownArgumentError, match="`force`"):
        commands.find("dump").bind({"src": "x", "forse": True})


def test_a_missing_argument_is_named():
    with pytest.raises(MissingArgumentError, match="Missing argument src"):
        commands.find("dump").bind({})


@pytest.mark.parametrize(("given", "wanted"), [("true", True), ("0", False), ("no", False), (True, True), ("", True)])
def test_booleans_of_urls_are_typed(given, wanted):
    assert commands.find("dump").bind({"src": "x", "force": given})["force"] is wanted


def test_a_value_of_the_wrong_type_says_what_was_wanted():
    with pytest.raises(ArgumentTypeError, match="a whole number, got 'many'"):
        commands.find("jobs").bind({"limit": "many"})


def test_lists_of_urls_are_split():
    assert commands.find("merge").bind({"build_name": "x", "ids": "a,b c"})["ids"] == ["a", "b", "c"]


def test_an_unknown_command_suggests_the_nearest():
    with pytest.raises(errors.NotFound, match="`sources`"):
        commands.find("source")


def test_null_means_the_default():
    assert commands.find("dump").bind({"src": "x", "force": None}) == {"src": "x"}
    with pytest.raises(MissingArgumentError):
        commands.find("dump").bind({"src": None})


@pytest.mark.parametrize("value", [True, 3.5, "3.5", "1e400", "nan", 2**63, "9" * 5000, [], {}])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(ArgumentTypeError, match="a whole number"):
        commands.find("jobs").bind({"limit": value})


@pytest.mark.parametrize("value", ["inf", "nan", True, "x", 10**400])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ArgumentTypeError, match="a number"):
        commands.find("auto_archive").bind({"build_config_name": "x", "days": value})


def test_an_object_may_be_given_as_json_text():
    bound = commands.find("jsondiff").bind({"src": '{"a": 1}', "dst": {}})
    assert bound == {"src": {"a": 1}, "dst": {}}
    with pytest.raises(ArgumentTypeError, match="a JSON object"):
        commands.find("jsondiff").bind({"src": "[1]", "dst": {}})
    with pytest.raises(ArgumentTypeError, match="a list of texts"):
        commands.find("merge").bind({"build_name": "x", "ids": [1]})
