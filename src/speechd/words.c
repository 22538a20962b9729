/* words.c - names of keys and what else the module says by itself, in English, German and Dutch, as keyboards are labelled and screen readers say it. One line a word;
 * a language is a column. */
#include "speechd/words.h"

#include <string.h>
#include <strings.h>

enum { GERMAN, DUTCH, LANGUAGES };

static const char *const languages[LANGUAGES] = {"de", "nl"};

static const struct {
    const char *english, *other[LANGUAGES];
} words[] = {
    {"capital", {"groß", "hoofdletter"}}, {"space", {"Leerzeichen", "spatie"}}, {"tab", {"Tabulator", "tab"}}, {"new line", {"neue Zeile", "nieuwe regel"}},
    {"return", {"Eingabe", "enter"}}, {"no break space", {"geschütztes Leerzeichen", "vaste spatie"}}, {"enter", {"Eingabe", "enter"}},
    {"keypad", {"Ziffernblock", "numeriek"}}, {"plus", {"plus", "plus"}}, {"minus", {"minus", "min"}}, {"times", {"mal", "maal"}}, {"divide", {"geteilt", "gedeeld"}},
    {"point", {"Punkt", "punt"}}, {"comma", {"Komma", "komma"}}, {"left alt", {"Alt links", "linker alt"}}, {"right alt", {"Alt rechts", "rechter alt"}},
    {"alt graph", {"Alt Grafik", "alt gr"}}, {"alt", {"Alt", "alt"}}, {"backspace", {"Rücktaste", "backspace"}}, {"begin", {"Anfang", "begin"}},
    {"caps lock", {"Feststelltaste", "caps lock"}}, {"left control", {"Steuerung links", "linker control"}}, {"right control", {"Steuerung rechts", "rechter control"}},
    {"control", {"Steuerung", "control"}}, {"delete", {"Entfernen", "delete"}}, {"escape", {"Escape", "escape"}}, {"insert", {"Einfügen", "insert"}},
    {"left hyper", {"Hyper links", "linker hyper"}}, {"right hyper", {"Hyper rechts", "rechter hyper"}}, {"back tab", {"Tabulator zurück", "tab terug"}},
    {"line feed", {"Zeilenvorschub", "nieuwe regel"}}, {"left meta", {"Meta links", "linker meta"}}, {"right meta", {"Meta rechts", "rechter meta"}},
    {"page down", {"Bild ab", "pagina omlaag"}}, {"page up", {"Bild auf", "pagina omhoog"}}, {"num lock", {"Num Taste", "num lock"}},
    {"print screen", {"Druck", "print screen"}}, {"scroll lock", {"Rollen", "scroll lock"}}, {"left shift", {"Umschalt links", "linker shift"}},
    {"right shift", {"Umschalt rechts", "rechter shift"}}, {"shift lock", {"Umschaltsperre", "shift lock"}}, {"shift", {"Umschalt", "shift"}},
    {"left super", {"Super links", "linker super"}}, {"right super", {"Super rechts", "rechter super"}}, {"system request", {"S Abf", "system request"}},
    {"windows", {"Windows", "windows"}}, {"menu", {"Menü", "menu"}}, {"home", {"Position eins", "home"}}, {"end", {"Ende", "einde"}}, {"up", {"Pfeil auf", "pijl omhoog"}},
    {"down", {"Pfeil ab", "pijl omlaag"}}, {"left", {"Pfeil links", "pijl links"}}, {"right", {"Pfeil rechts", "pijl rechts"}}, {"pause", {"Pause", "pauze"}},
    {"break", {"Unterbrechen", "break"}}, {"compose", {"Compose", "compose"}}, {"clear", {"Löschen", "wissen"}}, {"help", {"Hilfe", "help"}},
    {"soft hyphen", {"weiches Trennzeichen", "zacht afbreekstreepje"}}, {"zero width space", {"nullbreites Leerzeichen", "spatie zonder breedte"}},
    {"zero width non joiner", {"nullbreiter Nichtverbinder", "scheider zonder breedte"}}, {"zero width joiner", {"nullbreiter Verbinder", "verbinder zonder breedte"}},
    {"left to right mark", {"Marke links nach rechts", "markering links naar rechts"}}, {"right to left mark", {"Marke rechts nach links", "markering rechts naar links"}},
    {"word joiner", {"Wortverbinder", "woordverbinder"}}, {"byte order mark", {"Bytereihenfolgemarke", "bytevolgordemarkering"}},
    {"accent", {"Akzent", "accent"}}, {"unknown character", {"unbekanntes Zeichen", "onbekend teken"}}, {"control character", {"Steuerzeichen", "stuurteken"}}, {"invisible character", {"unsichtbares Zeichen", "onzichtbaar teken"}}};

static bool same(const char *language, const char *tag)
{
    size_t n = strcspn(language, "-_");
    return n == strlen(tag) && !strncasecmp(language, tag, n);
}

void sd_words_put(struct sd_text *out, const struct sd_settings *settings, const char *english)
{
    const char *language = settings->language;
    if (!*language || same(language, "en")) {
        sd_text_put(out, english);
        return;
    }
    for (int i = 0; i < LANGUAGES; i++)
        for (size_t k = 0; same(language, languages[i]) && k < sizeof words / sizeof words[0]; k++)
            if (!strcasecmp(words[k].english, english)) {
                sd_text_put(out, words[k].other[i]);
                return;
            }
    sd_text_put(out, "<lang xml:lang=\"en\">");
    sd_text_put(out, english);
    sd_text_put(out, "</lang>");
}
