/* abc_field.c - the fields M: (meter), L: (unit note length) and Q: (tempo). */
#include <math.h>
#include <string.h>

#include "base/ascii.h"
#include "base/number.h"
#include "score/abc.h"

static void finish_meter(struct sx_abc_meter *meter)
{
    meter->length = sx_score_ticks(4 * (int64_t)meter->beats, meter->unit);
}

/* a, a+b, (a+b): their sum. */
static bool read_sum(struct sx_abc_scan *scan, int64_t *sum)
{
    *sum = 0;
    bool any = false;
    for (; scan->at < scan->end; scan->at++) {
        int64_t n;
        char c = *scan->at;
        if (c == '+' || c == '(' || c == ')' || c == ' ')
            continue;
        if (!sx_abc_scan_int(scan, 1000, &n))
            break;
        scan->at--;
        *sum += n;
        any = true;
    }
    return any && *sum >= 1 && *sum <= 999;
}

bool sx_abc_read_meter(const char *text, size_t length, struct sx_abc_meter *meter)
{
    struct sx_abc_scan scan = { text, text + length };
    sx_abc_skip_space(&scan);
    while (length && scan.end > scan.at && (scan.end[-1] == ' ' || scan.end[-1] == '\t'))
        scan.end--;
    size_t n = (size_t)(scan.end - scan.at);
    struct sx_abc_meter m = { 4, 4, false, 0 };
    if (n == 0 || sx_abc_word_is(scan.at, n, "none")) {
        m.free = true;
    } else if (n == 1 && (*scan.at == 'C' || *scan.at == 'c')) {
        m.beats = 4;
    } else if (n == 2 && (*scan.at == 'C' || *scan.at == 'c') && scan.at[1] == '|') {
        m.beats = m.unit = 2;
    } else {
        /* Terms a/b + c/d; a term without a unit takes the next one's. */
        int64_t beats = 0, unit = 0;
        while (scan.at < scan.end) {
            int64_t sum, below;
            if (!read_sum(&scan, &sum) || scan.at == scan.end || *scan.at != '/')
                return false;
            scan.at++;
            sx_abc_skip_space(&scan);
            if (!sx_abc_scan_int(&scan, 1000, &below) || below < 1 || below > 64 || (below & (below - 1)))
                return false;
            if (unit == 0)
                unit = below;
            while (unit < below)
                unit *= 2, beats *= 2;
            beats += sum * (unit / below);
            sx_abc_skip_space(&scan);
            if (scan.at < scan.end && *scan.at != '+')
                return false;
        }
        if (beats < 1 || beats > 999)
            return false;
        m.beats = (int)beats;
        m.unit = (int)unit;
    }
    finish_meter(&m);
    *meter = m;
    return true;
}

bool sx_abc_read_unit(const char *text, size_t length, struct sx_abc_fraction *unit)
{
    struct sx_abc_scan scan = { text, text + length };
    int64_t a, b = 1;
    sx_abc_skip_space(&scan);
    if (!sx_abc_scan_int(&scan, 1025, &a))
        return false;
    if (scan.at < scan.end && *scan.at == '/') {
        scan.at++;
        if (!sx_abc_scan_int(&scan, 1025, &b))
            return false;
    }
    if (a < 1 || b < 1 || a > 1024 || b > 1024 || a / b > 64)
        return false;
    *unit = (struct sx_abc_fraction){ a, b };
    return true;
}

struct sx_abc_fraction sx_abc_default_unit(const struct sx_abc_meter *meter)
{
    bool small = !meter->free && 4 * meter->beats < 3 * meter->unit;
    return (struct sx_abc_fraction){ 1, small ? 16 : 8 };
}

/* Beats a minute of the usual tempo words: the middle of what metronomes print. Longer ones that contain others come first. */
static double tempo_of_words(const struct sx_abc_reader *reader, const char *text, size_t length)
{
    static const struct { const char *word; int beats; } words[] = {
        { "larghissimo", 36 }, { "prestissimo", 208 }, { "allegro moderato", 118 }, { "allegro ma non troppo", 122 }, { "allegro vivace", 150 }, { "allegretto", 116 },
        { "andantino", 96 }, { "adagietto", 76 }, { "larghetto", 63 }, { "adagio", 70 }, { "andante", 88 }, { "moderato", 108 }, { "allegro", 132 },
        { "vivacissimo", 176 }, { "vivace", 160 }, { "vivo", 160 }, { "presto", 184 }, { "grave", 40 }, { "largo", 50 }, { "lento", 56 }, { "animato", 126 },
        { "maestoso", 84 }, { "sostenuto", 76 }, { "very slow", 46 }, { "slow", 60 }, { "moderate", 108 }, { "very fast", 184 }, { "fast", 152 }, { "lively", 150 },
        { "langsam", 56 }, { "m\xC3\xA4\xC3\x9Fig", 104 }, { "lebhaft", 150 }, { "schnell", 160 }, { "lent", 56 }, { "mod\xC3\xA9r\xC3\xA9", 108 }, { "vif", 150 },
    };
    if (length >= 7 && (sx_ascii_compare_n(text, "a tempo", 7) == 0 || sx_ascii_compare_n(text, "tempo i", 7) == 0 || sx_ascii_compare_n(text, "tempo p", 7) == 0))
        return reader->first_tempo;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        size_t n = strlen(words[k].word);
        for (size_t i = 0; i + n <= length && i < 100; i++)
            if (sx_ascii_compare_n(text + i, words[k].word, n) == 0) {
                const struct sx_abc_meter *m = &reader->meter;
                bool compound = m->unit >= 8 && m->beats > 3 && m->beats % 3 == 0;
                return words[k].beats * (compound ? 1.5 : 1);
            }
    }
    return 0;
}

double sx_abc_read_tempo(struct sx_abc_reader *reader, const char *text, size_t length, struct sx_abc_fraction unit)
{
    struct sx_abc_scan scan = { text, text + length };
    const char *words = NULL;
    size_t words_length = 0;
    double beat = 0, rate = 0;      /* quarters of a beat; beats a minute */
    bool equals = false;
    while (sx_abc_skip_space(&scan), scan.at < scan.end) {
        char c = *scan.at;
        int64_t a, b;
        if (c == '"') {
            const char *word;
            bool quoted;
            words_length = sx_abc_scan_word(&scan, &word, &quoted);
            words = word;
        } else if (c == '=') {
            equals = true;
            scan.at++;
        } else if (!equals && (c == 'C' || c == 'c')) {         /* C3=40: three units */
            scan.at++;
            if (!sx_abc_scan_int(&scan, 1000, &a) || a < 1)
                a = 1;
            beat += 4.0 * (double)a * (double)unit.number / (double)unit.of;
        } else if (c >= '0' && c <= '9') {
            struct sx_abc_scan start = scan;
            sx_abc_scan_int(&scan, 100000, &a);
            if (!equals && scan.at < scan.end && *scan.at == '/') {
                scan.at++;
                if (!sx_abc_scan_int(&scan, 100000, &b) || b < 1)
                    return 0;
                beat += 4.0 * (double)a / (double)b;
            } else if (rate == 0) {
                char digits[32];
                size_t n = (size_t)(scan.end - start.at) < sizeof digits - 1 ? (size_t)(scan.end - start.at) : sizeof digits - 1;
                memcpy(digits, start.at, n);
                digits[n] = 0;
                const char *end;
                rate = sx_parse_decimal(digits, &end);
                scan.at = start.at + (end - digits > 0 ? end - digits : 1);
            }
        } else {
            scan.at++;
        }
    }
    if (rate > 0 && beat == 0)
        beat = equals ? 1 : 4.0 * (double)unit.number / (double)unit.of;
    double quarters = beat * rate;
    if (quarters > 0 && isfinite(quarters))
        return quarters < 5 ? 5 : quarters > 1000 ? 1000 : quarters;
    if (words)
        return tempo_of_words(reader, words, words_length);
    return 0;
}
