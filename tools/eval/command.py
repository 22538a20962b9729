"""The command under test: the card of a voice, renders with their events, copies; and the recordings that they are compared with."""
import csv
import json
import os
import subprocess
import sys

KINDS = (".opus", ".wav", ".flac", ".ogg")
RATE = 24000


class Command:
    def __init__(self, build, voice):
        self.program = os.path.join(build, "syrinx")
        self.voice = voice
        if not os.path.exists(self.program):
            sys.exit("%s is not there: make it first, or name its folder with --build" % self.program)
        self.card = json.loads(self.run("voices", "info", "--json", voice))

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], stdout=subprocess.PIPE, check=True).stdout

    def speakers(self):
        """[(name, language)] of the card, in its order."""
        default = (self.card.get("languages") or ["en-US"])[0]
        return [(s["name"], s.get("language", default)) for s in self.card["speakers"]]

    def speak(self, text, speaker, language, wav):
        """Renders to `wav`; its events, as `--events` tells them."""
        events = wav + ".events"
        self.run("speak", "-q", "-v", self.voice, "-s", speaker, "-l", language, "--events", events, "-o", wav, "--", text)
        with open(events, encoding="utf-8") as f:
            told = [json.loads(line) for line in f]
        os.remove(events)
        return told

    def copy(self, recording, wav):
        self.run("copy", "-q", "-v", self.voice, recording, "-o", wav)


def table(path):
    """[(id, text)] of a list with a header line: id, text, further columns."""
    with open(path, encoding="utf-8", newline="") as f:
        return [(r[0], r[1]) for r in list(csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE))[1:] if len(r) > 1]


def recording(folder, name):
    """The sound file of an id in a speaker's folder, or None."""
    for d in (os.path.join(folder, "audio"), folder):
        for kind in KINDS:
            if os.path.exists(os.path.join(d, name + kind)):
                return os.path.join(d, name + kind)
    return None


def decode(path, wav):
    """A recording as the WAV file that `syrinx copy` reads: its path. opusdec gives the exact length, decoding at 48 kHz would not."""
    if path.endswith(".wav"):
        return path
    if path.endswith(".opus"):
        subprocess.run(["opusdec", "--quiet", "--rate", str(RATE), path, wav], check=True)
    else:
        import soundfile
        x, rate = soundfile.read(path, dtype="float32")
        soundfile.write(wav, x, rate, subtype="PCM_16")
    return wav


def progress(what, done, of):
    """On a terminal, how far we are."""
    if sys.stderr.isatty():
        print("\r%s: %d of %d " % (what, done, of), end="" if done < of else "\n", file=sys.stderr, flush=True)
