"""Read the command line, call the command, and answer a mistake with one sentence."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from sim import __version__
from sim.cli import (
    arguments,
    arguments_cities,
    arguments_day,
    arguments_deploy,
    arguments_folders,
    arguments_lists,
    arguments_replay,
    arguments_report,
    arguments_serve,
    arguments_studies,
    force_arguments,
)
from sim.cli.chinese import asks_for_chinese, translate, translate_headings, without_language
from sim.cli.output import never_fail_on_a_letter
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.report.sentences import error_sentence
from sim.report.texts import Lang, text

BAD_INPUT = 2
STOPPED = 130
BROKEN = 1

WRONG_CHOICE = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL)
QUOTED = re.compile(r"[\w-]+")
LONG_WORD = re.compile(r"(\S{200})\S{200,}(\S{20})")


class OneSentenceParser(argparse.ArgumentParser):
    """Say what is wrong in one sentence instead of printing the usage."""

    @property
    def lang(self) -> Lang:
        """Tell the language: that of its description."""
        return "en" if (self.description or "").isascii() else "zh"

    def format_help(self) -> str:
        """Give the help, with its headings in the language of its description."""
        words = super().format_help()
        return words if self.lang == "en" else translate_headings(words)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what no option takes where it was written, and offer the nearest option of that command."""
        given, rest = super().parse_known_args(args, namespace)
        if rest:
            options = list(self._option_string_actions)
            hint = next((near for word in rest if (near := did_you_mean(word.partition("=")[0], options))), "")
            self.error(f"unrecognized arguments: {' '.join(rest)}{hint}")
        return given, rest

    def error(self, message: str) -> NoReturn:
        """End the program with a sentence and exit code 2."""
        wrong = WRONG_CHOICE.search(message)
        hint = did_you_mean(wrong[1], QUOTED.findall(wrong[2])) if wrong else ""
        sentence = error_sentence(f"{one_sentence(message)}{hint}", self.lang, command=self.prog)
        self.exit(BAD_INPUT, f"cpsim: {sentence}\n")


def build_parser() -> argparse.ArgumentParser:
    """Declare every command."""
    parser = OneSentenceParser(
        prog="cpsim",
        description="Compare community policing strategies in a simulated city: which gives less crime and more "
        "satisfied residents, for whom, at what cost, and how sure are we?",
        epilog="Start with `cpsim compare`.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cpsim {__version__}")
    arguments.add_early_options(parser)
    parser.set_defaults(debug=False, lang="en")
    commands = parser.add_subparsers(
        title="commands", dest="command", required=True, metavar="COMMAND", parser_class=OneSentenceParser
    )
    arguments.add_run(commands)
    arguments.add_compare(commands)
    arguments.add_levers(commands)
    arguments.add_sweep(commands)
    arguments.add_store(commands)
    arguments_studies.add_contrast(commands)
    arguments_studies.add_sensitivity(commands)
    arguments_studies.add_robustness(commands)
    arguments_studies.add_calibrate(commands)
    arguments_studies.add_trial(commands)
    arguments_studies.add_history(commands)
    arguments_report.add_report(commands)
    arguments_report.add_brief(commands)
    arguments_report.add_validate(commands)
    arguments.add_staffing(commands)
    arguments_deploy.add_deploy(commands)
    arguments_replay.add_replay(commands)
    arguments_day.add_day(commands)
    arguments_serve.add_serve(commands)
    arguments_folders.add_changes(commands)
    arguments_folders.add_plot(commands)
    arguments_folders.add_burden(commands)
    arguments_folders.add_check(commands)
    arguments_lists.add_scenario(commands)
    arguments_lists.add_params(commands)
    arguments_lists.add_measures(commands)
    arguments_lists.add_policy(commands)
    arguments_cities.add_city(commands)
    force_arguments.add_force(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give the exit code.

    0 done, 1 a problem was found or something unforeseen happened, 2 wrong input, 130 stopped by the user.
    """
    never_fail_on_a_letter(sys.stdout, sys.stderr)
    words = sys.argv[1:] if argv is None else list(argv)
    parser = build_parser()
    lang: Lang = "zh" if asks_for_chinese(words) else "en"
    if lang == "zh":
        translate(parser)
    if {"-h", "--help"} & set(words):
        words = without_language(words)
    given = parser.parse_args(words)
    # What is loaded goes with the process: to look through all of it for garbage at the end costs a third of a second.
    atexit.register(gc.freeze)
    try:
        code: int = given.act(given)
    except InputError as error:
        return _end(given, error, error_sentence(one_sentence(str(error)), lang), BAD_INPUT)
    except KeyboardInterrupt:
        print(f"cpsim: {text(lang, 'frame.stopped')}", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # `cpsim params | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a folder that cannot be written, a file that is one's neighbour's
        what = error.filename or "a file"
        problem = one_sentence(f"{what} cannot be read or written: {error.strerror or error}")
        return _end(given, error, error_sentence(problem, lang), BAD_INPUT)
    except Exception as error:
        problem = one_sentence(f"{type(error).__name__}: {error}")
        return _end(given, error, text(lang, "frame.fault").format(problem=problem), BROKEN)
    return code


def one_sentence(message: str) -> str:
    """Put a message on one line, and shorten words that nobody would read to their end."""
    return " ".join(LONG_WORD.sub(r"\1 ... \2", message).split())


def _end(given: argparse.Namespace, error: Exception, sentence: str, code: int) -> int:
    if given.debug:
        raise error
    print(f"cpsim: {sentence}", file=sys.stderr)
    return code
