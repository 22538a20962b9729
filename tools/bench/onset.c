/* onset.c - what options.prompt leaves out of the first phone, in energy, and how long it takes then to what can be heard, at three thresholds. Used by
 * tools/bench/onset. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syrinx.h"

enum { ROOM = 24000 * 20, TEXTS = 128 };

struct sound {
    float samples[ROOM];
    int count, phone, phone_end;    /* the first phone's samples */
};

static const char *const english[] = {"fish", "shift", "home", "visit", "this", "thin", "zoo", "mouse", "now", "wind", "yes", "line", "right", "sun", "chair", "jam", "hello",
    "help", "file", "five", "six", "very", "menu", "new", "window", "list", "use", "the", "that", "half", "who", "when", "easy", "old", "umbrella", "open", "apple", "under",
    "in", "and", "zero", "house", "red", "read", "thank you", "view", "humid", "yacht", "value", "hotel", NULL};
static const char *const other[] = {"Fisch", "Schrift", "Haus", "wie", "so", "sechs", "ja", "jetzt", "Maus", "nein", "Link", "rot", "Sonne", "Zeit", "Hallo", "Hilfe", "Datei", "vier",
    "Menu", "Fenster", "Wort", "Vater", "hat", "Jahr", "ich", "alt", "offen", "unter", "in", "aus", "een", "huis", "fiets", "water", "zee", "vis", "jij", "goed", "schip", "wij",
    "school", "hallo", "licht", "maan", "nu", "op", "uit", "eten", "zes", "vier", NULL};

static int say(syrinx_voice *voice, const char *speaker, int prompt, const char *text, struct sound *sound)
{
    syrinx_options options;
    syrinx_stream *stream;
    syrinx_event event;
    int n;
    syrinx_options_init(&options);
    options.speaker = speaker;
    options.prompt = prompt;
    if (syrinx_stream_new(voice, &options, &stream) < 0)
        return -1;
    sound->count = 0;
    sound->phone = sound->phone_end = -1;
    n = syrinx_stream_text(stream, text, SYRINX_LEN_AUTO, SYRINX_SSML);
    if (n >= 0)
        n = syrinx_stream_end(stream);
    while (n >= 0 && sound->count + 480 <= ROOM && (n = syrinx_stream_read(stream, sound->samples + sound->count, 480)) > 0) {
        sound->count += n;
        while (syrinx_stream_event(stream, &event) > 0)
            if (event.type == SYRINX_EVENT_PHONE && sound->phone < 0) {
                sound->phone = (int)event.sample;
                sound->phone_end = (int)(event.sample + event.duration);
            }
    }
    syrinx_stream_free(stream);
    return n;
}

static double energy(const float *samples, int from, int to)
{
    double sum = 1e-12;
    for (int i = from; i < to; i++)
        sum += (double)samples[i] * samples[i];
    return sum;
}

/* Milliseconds to the first sample above so many decibels of full scale. */
static double heard(const struct sound *sound, double decibels)
{
    int i = 0;
    while (i < sound->count && fabsf(sound->samples[i]) < pow(10, decibels / 20))
        i++;
    return i / 24.0;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int speaker(syrinx_voice *voice, int index)
{
    static struct sound whole, prompt;
    const char *name = syrinx_voice_speaker(voice, index), *language = syrinx_voice_speaker_language(voice, index);
    const char *const *words = language && strncmp(language, "en", 2) ? other : english;
    double worst = -200, late[3][TEXTS];
    char worst_text[100] = "";
    int count = 0;
    for (int i = 0; i < 36 || words[i - 36]; i++) {
        char text[200];
        if (i < 36)
            snprintf(text, sizeof text, "<speak><say-as interpret-as=\"characters\">%c</say-as></speak>", i < 26 ? 'a' + i : '0' + i - 26);
        else
            snprintf(text, sizeof text, "<speak>%s</speak>", words[i - 36]);
        if (say(voice, name, 0, text, &whole) < 0 || say(voice, name, 1, text, &prompt) < 0)
            return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
        int cut = whole.count - prompt.count;
        double part = 10 * log10(energy(whole.samples, whole.phone, cut > whole.phone ? cut : whole.phone) / energy(whole.samples, whole.phone, whole.phone_end));
        if (part > worst) {
            worst = part;
            snprintf(worst_text, sizeof worst_text, "%.80s", text);
        }
        for (int k = 0; k < 3; k++)
            late[k][count] = heard(&prompt, k == 0 ? -44 : k == 1 ? -40 : -34);
        count++;
    }
    for (int k = 0; k < 3; k++)
        qsort(late[k], (size_t)count, sizeof late[k][0], by_size);
    printf("%-12s %d texts: left out of the first phone at most %.1f dB of its energy (%s); then to -44 dB: median %.1f, slowest %.1f ms; to -40 dB: %.1f, %.1f; to -34 dB: %.1f, %.1f\n",
           name, count, worst, worst_text, late[0][count / 2], late[0][count - 1], late[1][count / 2], late[1][count - 1], late[2][count / 2], late[2][count - 1]);
    return 0;
}

int main(void)
{
    syrinx_voice *voice;
    if (syrinx_voice_open(NULL, NULL, &voice) < 0)
        return fprintf(stderr, "%s\n", syrinx_last_message()), 1;
    int failed = 0;
    for (int i = 0; i < syrinx_voice_speaker_count(voice) && !failed; i++)
        failed = speaker(voice, i);
    syrinx_voice_close(voice);
    return failed;
}
