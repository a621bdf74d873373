"""What people install: the package unpacked and run, its manual pages, its completions."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ARGUMENTS = None
SHELLS = {
    "bash": "usr/share/bash-completion/completions/slipring",
    "zsh": "usr/share/zsh/vendor-completions/_slipring",
    "fish": "usr/share/fish/vendor_completions.d/slipring.fish",
}


def output_of(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def needs(*programs):
    missing = [name for name in programs if shutil.which(name) is None]
    return unittest.skipIf(missing, f"not installed: {' '.join(missing)}")


def commands_of(program):
    listed = output_of(program, "--help").split("Subcommands:")[1].split("Exit codes:")[0]
    return re.findall(r"^  (\S+)", listed, re.MULTILINE)


def options_of(program, command):
    return set(re.findall(r"(?<![\w-])--[a-z][\w-]*", "\n".join(
        line.split("  ")[1] for line in output_of(program, command, "--help").splitlines()
        if line.startswith("  -"))))


def bash_words(script, *typed):
    words = " ".join(f"'{word}'" for word in typed)
    return output_of("bash", "-c", f"source '{script}'; COMP_WORDS=({words}); "
                     f"COMP_CWORD={len(typed) - 1}; _slipring; echo \"${{COMPREPLY[*]}}\"").split()


@needs("dpkg-deb", "dpkg-shlibdeps", "dpkg-parsechangelog", "file")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        place = pathlib.Path(cls.folder.name)
        dated = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
        output_of(ARGUMENTS.cmake, "--build", ARGUMENTS.build, "--target", "package_files",
                  env=dated)
        output_of(ARGUMENTS.cpack, "--config", f"{ARGUMENTS.build}/CPackConfig.cmake",
                  "-B", str(place / "made"), env=dated)
        (cls.deb,) = (place / "made").glob("*.deb")
        cls.root = place / "root"
        output_of("dpkg-deb", "-x", str(cls.deb), str(cls.root))
        cls.program = str(cls.root / "usr/bin/slipring")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_it_names_the_libraries_it_needs(self):
        depends = output_of("dpkg-deb", "-f", str(self.deb), "Depends")
        for library in ("libtbb12", "libopenjp2-7", "libsqlite3-0", "libssl3", "libc6"):
            self.assertIn(library, depends)

    def test_the_program_in_it_runs(self):
        self.assertRegex(output_of(self.program, "--version"), r"^slipring \d")
        units = self.root / "usr/lib/systemd/system"
        self.assertTrue((units / "slipring-validate@.service").is_file())
        self.assertTrue((units / "slipring-validate@.timer").is_file())

    def test_its_changelog_is_of_its_version_and_of_the_date_it_is_told(self):
        version, maintainer = (output_of("dpkg-deb", "-f", str(self.deb), field).strip()
                               for field in ("Version", "Maintainer"))
        packed = self.root / "usr/share/doc/slipring/changelog.Debian.gz"
        self.assertEqual(packed.read_bytes()[3:8], bytes(5))  # gzip keeps no name and no time
        plain = pathlib.Path(self.folder.name) / "changelog"
        plain.write_text(output_of("gzip", "-dc", str(packed)))

        def told(field):
            return output_of("dpkg-parsechangelog", "-l", str(plain), "-S", field).strip()

        self.assertEqual((told("Source"), told("Version")), ("slipring", version))
        self.assertEqual(told("Maintainer"), maintainer)
        self.assertEqual(told("Date"), "Tue, 14 Nov 2023 22:13:20 +0000")
        self.assertTrue(packed.with_name(told("Changes").split()[-1].rstrip(".")).is_file())
        self.assertIn(version.split("-")[0], output_of(self.program, "--version"))

    def test_the_schema_of_its_json_is_in_it(self):
        schema = json.loads((self.root / "usr/share/slipring/slipring.schema.json").read_text())
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        self.assertIn("object", schema["$defs"])

    def test_every_command_has_a_page_with_all_its_options(self):
        pages = self.root / "usr/share/man/man1"
        self.assertTrue((pages / "slipring.1.gz").is_file())
        for command in commands_of(self.program):
            page = output_of("gzip", "-dc", str(pages / f"slipring-{command}.1.gz"))
            page = page.replace("\\-", "-")
            for option in options_of(self.program, command):
                self.assertIn(option, page, command)

    @needs("mandoc")
    def test_the_pages_are_well_formed(self):
        for page in sorted((self.root / "usr/share/man/man1").iterdir()):
            plain = pathlib.Path(self.folder.name) / page.stem
            plain.write_text(output_of("gzip", "-dc", str(page)))
            output_of("mandoc", "-T", "lint", "-W", "error", str(plain))

    def test_bash_completes_commands_options_and_values(self):
        script = self.root / SHELLS["bash"]
        self.assertEqual(bash_words(script, "slipring", "vali"), ["validate"])
        self.assertEqual(bash_words(script, "slipring", "validate", "--fail-on", "e"), ["error"])
        self.assertEqual(bash_words(script, "slipring", "convert", "--on-error", "q"),
                         ["quarantine"])
        for command in commands_of(self.program):
            offered = set(bash_words(script, "slipring", command, "--"))
            self.assertEqual(offered, options_of(self.program, command), command)

    @needs("zsh")
    def test_zsh_takes_its_script(self):
        output_of("zsh", "-f", "-c", f"autoload -Uz compinit && compinit -u -d "
                  f"{self.folder.name}/dump && source {self.root / SHELLS['zsh']} && "
                  "[ \"$_comps[slipring]\" = _slipring ]")

    @needs("fish")
    def test_fish_completes_commands_options_and_values(self):
        def offered(typed):
            lines = output_of("fish", "--no-config", "-c", f"source {self.root / SHELLS['fish']}; "
                              f"complete -C '{typed}'", env={"HOME": self.folder.name,
                                                             "PATH": "/usr/bin:/bin"})
            return {line.split("\t")[0] for line in lines.splitlines()}

        self.assertEqual(offered("slipring vali"), {"validate"})
        self.assertEqual(offered("slipring validate --fail-on e"), {"error"})
        for command in ("scan", "convert", "send"):
            self.assertLessEqual(options_of(self.program, command),
                                 offered(f"slipring {command} --"), command)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("slipring", "build", "cmake", "cpack"):
        parser.add_argument(f"--{name}", required=True)
    ARGUMENTS, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest, verbosity=2)
