"""The page: the tables, and for some sentences of each speaker spectrograms and sound of recording, copy and synthesis side by side.

A folder that needs nothing else: index.html, pictures (PNG) and sounds (FLAC, at equal loudness).
"""
import html
import os

import numpy as np
import soundfile

import figures
import picture

STYLE = """body{font:15px/1.45 system-ui,sans-serif;margin:2em;color:#222;background:#fff}
h1{font-size:1.4em}h2{font-size:1.2em;margin-top:2em}h3{font-size:1em;margin:1.6em 0 .3em}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.15em .8em;text-align:right;border-bottom:1px solid #ddd}
th{border-bottom:2px solid #888}td:first-child,th:first-child,td.t{text-align:left}.w{color:#666;font-size:.85em}
.missed{background:#ffd9d4;font-weight:600}.alarm{background:#fff0c2}
.row{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:1em}figure{margin:0}img{width:100%;height:200px;display:block;image-rendering:auto}
audio{width:100%;height:34px;margin-top:.3em}figcaption{font-size:.85em;color:#555}
@media(prefers-color-scheme:dark){body{background:#151515;color:#ddd}td,th{border-color:#444}.missed{background:#6b221a}.alarm{background:#5d4a10}
.w,figcaption{color:#aaa}}@media(max-width:800px){.row{grid-template-columns:1fr}}"""
SHOWN = (("tts", "NISQA-TTS %.2f"), ("mos", "v2 %.2f"), ("mcd_db", "MCD %.1f dB"), ("f0_corr", "f0 corr. %.2f"))


def equal(sound, x, rate):
    """At -23 LUFS, or as loud as that goes without clipping."""
    y = sound.to_loudness(x, rate, -23.0)
    return y / max(1.0, np.abs(y).max() / 0.99) if len(y) else y


def table(result, speaker, systems):
    """HTML of figures.rows()."""
    o = ["<table><tr><th></th><th>recording</th>"]
    o += ["<th>%s</th>" % s for s in systems] + ["<th>%s [95 %%]</th>" % s for s in systems] + ["<th>agreed</th></tr>"]
    for m, own, cells in result:
        o.append("<tr><td>%s</td><td>%s</td>" % (m.title, figures.recorded(m, own)))
        for s in systems:
            c = cells.get(s)
            kind = " class=missed" if c and c.missed else " class=alarm" if c and c.alarm else ""
            o.append("<td%s>%s</td>" % (kind, "%.*f" % (m.digits, c.value) if c else ""))
        o += ["<td class=w>%s</td>" % (figures.change(m, cells[s]) if s in cells else "") for s in systems]
        o.append("<td class='w t'>%s</td></tr>" % html.escape(figures.wanted(m.key, speaker, systems)))
    return "".join(o) + "</table>"


class Page:
    def __init__(self, folder, title, sound, prosody):
        self.folder, self.sound, self.prosody = folder, sound, prosody
        os.makedirs(folder, exist_ok=True)
        self.parts = ["<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>%s</title><style>%s</style>"
                      "<h1>%s</h1>" % (html.escape(title), STYLE, html.escape(title)),
                      "<p>Differences from the recordings of the same sentences, paired, with their 95 % intervals over the sentences; x is a ratio; in brackets "
                      "another take of one speaker (kathleen). Red: an agreed figure is missed. Yellow: an alarm, listen. Sounds are levelled to -23 LUFS. "
                      "Spectrograms: 0 to 11 kHz, 20 ms windows, high frequencies raised, 75 dB; the line is the pitch, 60 to 500 Hz, logarithmic.</p>"]

    def speaker(self, name, note, result, systems):
        self.parts.append("<h2>%s</h2><p>%s</p>%s" % (html.escape(name), html.escape(note), table(result, name, systems)))

    def sentence(self, speaker, name, text, files):
        """`files`: [(system, path, scores)]; missing systems are left out."""
        self.parts.append("<h3>%s <span class=w>%s</span></h3><div class=row>" % (html.escape(text), html.escape(name)))
        for system, path, scores in files:
            x, rate = self.sound.read(path)
            base = "%s-%s-%s" % (speaker, name, system)
            soundfile.write(os.path.join(self.folder, base + ".flac"), equal(self.sound, x, rate), rate, subtype="PCM_16")
            with open(os.path.join(self.folder, base + ".png"), "wb") as f:
                f.write(picture.png(picture.draw_pitch(picture.spectrogram(x, rate), self.prosody.f0_track(x, rate), 0.01)))
            told = ", ".join(form % scores[key] for key, form in SHOWN if scores.get(key) is not None)
            self.parts.append("<figure><img src='%s.png' alt='spectrogram'><audio controls preload=none src='%s.flac'></audio>"
                              "<figcaption>%s, %.2f s%s</figcaption></figure>"
                              % (html.escape(base, True), html.escape(base, True), system, len(x) / rate, "; " + told if told else ""))
        self.parts.append("</div>")

    def close(self):
        path = os.path.join(self.folder, "index.html")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(self.parts) + "\n</html>\n")
        return path
