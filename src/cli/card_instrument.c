/* card_instrument.c - an instrument's card as a person reads it: what it plays, what it learned from, how good it is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"

enum { LABEL = 15 };

/* "G3", C4 being middle C. */
static void key_name(float key, char name[16])
{
    static const char *const names[] = { "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B" };
    int whole = (int)lrintf(key) & 127;
    snprintf(name, 16, "%s%d", names[whole % 12], whole / 12 - 1);
}

static void print_text(const char *label, const char *text)
{
    card_paragraph(2, LABEL, label, strdup(text));
}

static void print_sound(const syrinx_instrument *instrument, const char *card)
{
    char line[160], low[16], high[16], *partials = card_text(card_member(card, "partials")), *family = card_text(card_member(card, "family"));
    snprintf(line, sizeof line, "%s%s%s, %s", syrinx_instrument_title(instrument), family && *family ? ", " : "", family ? family : "",
             syrinx_instrument_percussion(instrument) ? "a kit" : syrinx_instrument_sustained(instrument) ? "sustained" : "dying away");
    print_text("is", line);
    printf("  %-*s%s\n", LABEL, "folder", syrinx_instrument_path(instrument));
    snprintf(line, sizeof line, "%.1f kB in two networks, %s partials, 48000 Hz", (double)syrinx_instrument_size(instrument) / 1e3, partials ? partials : "?");
    print_text("sound", line);
    if (syrinx_instrument_program(instrument) >= 0) {
        snprintf(line, sizeof line, "%d of General MIDI (%d counted from 0)", syrinx_instrument_program(instrument) + 1, syrinx_instrument_program(instrument));
        print_text("program", line);
    }
    key_name(syrinx_instrument_lowest(instrument), low);
    key_name(syrinx_instrument_highest(instrument), high);
    snprintf(line, sizeof line, "%s to %s (keys %g to %g); beyond it the timbre of its ends", low, high, (double)syrinx_instrument_lowest(instrument),
             (double)syrinx_instrument_highest(instrument));
    print_text("range", line);
    free(partials);
    free(family);
}

void card_print_instrument(const syrinx_instrument *instrument)
{
    static const char *const shown[] = { "articulations", "dynamics", "keys", "rules", "data", "licence", "steps", "command", "date", "figures", NULL };
    const char *card = syrinx_instrument_card(instrument);
    card += strspn(card, " \t\r\n");
    bool color = cli_color(stdout);
    char *version = card_text(card_member(card, "version"));
    printf("%s%s%s%s%s\n", color ? "\033[1m" : "", syrinx_instrument_name(instrument), version && *version ? " " : "", version ? version : "", color ? "\033[0m" : "");
    free(version);
    print_sound(instrument, card);
    for (int i = 0; shown[i]; i++) {
        const char *value = card_member(card, shown[i]);
        if (value) card_outline(2, LABEL, shown[i], value);
    }
}
