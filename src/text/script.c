/* script.c - writing systems of characters, after the Unicode Character Database's Scripts.txt as far as a reader needs it. */
#include "text/script.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "text/foreign.h"

/* Ordered; what lies between is common or another script. */
static const struct { uint32_t first, last; uint8_t script; } ranges[] = {
    {0x41, 0x5A, SX_SCRIPT_LATIN}, {0x61, 0x7A, SX_SCRIPT_LATIN}, {0xAA, 0xAA, SX_SCRIPT_LATIN}, {0xBA, 0xBA, SX_SCRIPT_LATIN}, {0xC0, 0xD6, SX_SCRIPT_LATIN},
    {0xD8, 0xF6, SX_SCRIPT_LATIN}, {0xF8, 0x2B8, SX_SCRIPT_LATIN}, {0x2E0, 0x2E4, SX_SCRIPT_LATIN}, {0x370, 0x373, SX_SCRIPT_GREEK}, {0x376, 0x377, SX_SCRIPT_GREEK},
    {0x37A, 0x37D, SX_SCRIPT_GREEK}, {0x37F, 0x37F, SX_SCRIPT_GREEK}, {0x386, 0x386, SX_SCRIPT_GREEK}, {0x388, 0x3E1, SX_SCRIPT_GREEK},
    {0x3E2, 0x3EF, SX_SCRIPT_OTHER}, {0x3F0, 0x3FF, SX_SCRIPT_GREEK}, {0x400, 0x52F, SX_SCRIPT_CYRILLIC}, {0x531, 0x58A, SX_SCRIPT_ARMENIAN},
    {0x591, 0x5F4, SX_SCRIPT_HEBREW}, {0x610, 0x61A, SX_SCRIPT_ARABIC}, {0x620, 0x65F, SX_SCRIPT_ARABIC}, {0x66E, 0x6D5, SX_SCRIPT_ARABIC},
    {0x6D6, 0x6EF, SX_SCRIPT_ARABIC}, {0x6FA, 0x6FF, SX_SCRIPT_ARABIC}, {0x700, 0x74F, SX_SCRIPT_OTHER}, {0x750, 0x77F, SX_SCRIPT_ARABIC},
    {0x780, 0x85F, SX_SCRIPT_OTHER}, {0x860, 0x86F, SX_SCRIPT_OTHER}, {0x870, 0x8FF, SX_SCRIPT_ARABIC}, {0x900, 0x963, SX_SCRIPT_DEVANAGARI},
    {0x970, 0x97F, SX_SCRIPT_DEVANAGARI}, {0x980, 0x9E3, SX_SCRIPT_BENGALI}, {0x9F0, 0x9FE, SX_SCRIPT_BENGALI}, {0xA01, 0xA5F, SX_SCRIPT_GURMUKHI},
    {0xA70, 0xA76, SX_SCRIPT_GURMUKHI}, {0xA81, 0xAE3, SX_SCRIPT_GUJARATI}, {0xAF0, 0xAFF, SX_SCRIPT_GUJARATI}, {0xB01, 0xB63, SX_SCRIPT_ORIYA},
    {0xB70, 0xB77, SX_SCRIPT_ORIYA}, {0xB82, 0xBE5, SX_SCRIPT_TAMIL}, {0xBF0, 0xBFA, SX_SCRIPT_TAMIL}, {0xC00, 0xC63, SX_SCRIPT_TELUGU},
    {0xC70, 0xC7F, SX_SCRIPT_TELUGU}, {0xC80, 0xCE3, SX_SCRIPT_KANNADA}, {0xCF0, 0xCF3, SX_SCRIPT_KANNADA}, {0xD00, 0xD63, SX_SCRIPT_MALAYALAM},
    {0xD70, 0xD7F, SX_SCRIPT_MALAYALAM}, {0xD81, 0xDF4, SX_SCRIPT_SINHALA}, {0xE01, 0xE3A, SX_SCRIPT_THAI}, {0xE40, 0xE4E, SX_SCRIPT_THAI},
    {0xE81, 0xECE, SX_SCRIPT_LAO}, {0xEDC, 0xEDF, SX_SCRIPT_LAO}, {0xF00, 0xFD4, SX_SCRIPT_TIBETAN}, {0x1000, 0x103F, SX_SCRIPT_MYANMAR},
    {0x1050, 0x109F, SX_SCRIPT_MYANMAR}, {0x10A0, 0x10FF, SX_SCRIPT_GEORGIAN}, {0x1100, 0x11FF, SX_SCRIPT_HANGUL}, {0x1200, 0x139F, SX_SCRIPT_ETHIOPIC},
    {0x13A0, 0x13FD, SX_SCRIPT_CHEROKEE}, {0x1400, 0x177F, SX_SCRIPT_OTHER}, {0x1780, 0x17DD, SX_SCRIPT_KHMER}, {0x1800, 0x18AA, SX_SCRIPT_MONGOLIAN},
    {0x18B0, 0x1AAD, SX_SCRIPT_OTHER}, {0x1B00, 0x1C7F, SX_SCRIPT_OTHER}, {0x1C80, 0x1C88, SX_SCRIPT_CYRILLIC}, {0x1C90, 0x1CBF, SX_SCRIPT_GEORGIAN},
    {0x1D00, 0x1D25, SX_SCRIPT_LATIN}, {0x1D26, 0x1D2A, SX_SCRIPT_GREEK}, {0x1D2B, 0x1D2B, SX_SCRIPT_CYRILLIC}, {0x1D2C, 0x1DBF, SX_SCRIPT_LATIN},
    {0x1E00, 0x1EFF, SX_SCRIPT_LATIN}, {0x1F00, 0x1FFE, SX_SCRIPT_GREEK}, {0x2071, 0x2071, SX_SCRIPT_LATIN}, {0x207F, 0x207F, SX_SCRIPT_LATIN},
    {0x2090, 0x209C, SX_SCRIPT_LATIN}, {0x2126, 0x2126, SX_SCRIPT_GREEK}, {0x212A, 0x212B, SX_SCRIPT_LATIN}, {0x2160, 0x2188, SX_SCRIPT_LATIN},
    {0x2C00, 0x2C5F, SX_SCRIPT_OTHER}, {0x2C60, 0x2C7F, SX_SCRIPT_LATIN}, {0x2C80, 0x2CFF, SX_SCRIPT_OTHER}, {0x2D00, 0x2D2D, SX_SCRIPT_GEORGIAN},
    {0x2D30, 0x2D7F, SX_SCRIPT_OTHER}, {0x2D80, 0x2DDE, SX_SCRIPT_ETHIOPIC}, {0x2DE0, 0x2DFF, SX_SCRIPT_CYRILLIC}, {0x2E80, 0x2FD5, SX_SCRIPT_HAN},
    {0x3005, 0x3007, SX_SCRIPT_HAN}, {0x3021, 0x3029, SX_SCRIPT_HAN}, {0x302E, 0x302F, SX_SCRIPT_HANGUL}, {0x3031, 0x3035, SX_SCRIPT_KANA},
    {0x3038, 0x303B, SX_SCRIPT_HAN}, {0x3041, 0x3096, SX_SCRIPT_KANA}, {0x3099, 0x309F, SX_SCRIPT_KANA}, {0x30A1, 0x30FA, SX_SCRIPT_KANA},
    {0x30FC, 0x30FF, SX_SCRIPT_KANA}, {0x3105, 0x312F, SX_SCRIPT_OTHER}, {0x3131, 0x318E, SX_SCRIPT_HANGUL}, {0x31A0, 0x31BF, SX_SCRIPT_OTHER},
    {0x31F0, 0x31FF, SX_SCRIPT_KANA}, {0x3400, 0x9FFF, SX_SCRIPT_HAN}, {0xA000, 0xA63F, SX_SCRIPT_OTHER}, {0xA640, 0xA69F, SX_SCRIPT_CYRILLIC},
    {0xA6A0, 0xA6F7, SX_SCRIPT_OTHER}, {0xA722, 0xA7FF, SX_SCRIPT_LATIN}, {0xA800, 0xA95F, SX_SCRIPT_OTHER}, {0xA960, 0xA97C, SX_SCRIPT_HANGUL},
    {0xA980, 0xA9DF, SX_SCRIPT_OTHER}, {0xA9E0, 0xA9FE, SX_SCRIPT_MYANMAR}, {0xAA00, 0xAA5F, SX_SCRIPT_OTHER}, {0xAA60, 0xAA7F, SX_SCRIPT_MYANMAR},
    {0xAA80, 0xAAFF, SX_SCRIPT_OTHER}, {0xAB01, 0xAB2E, SX_SCRIPT_ETHIOPIC}, {0xAB30, 0xAB64, SX_SCRIPT_LATIN}, {0xAB70, 0xABBF, SX_SCRIPT_CHEROKEE},
    {0xABC0, 0xABFF, SX_SCRIPT_OTHER}, {0xAC00, 0xD7FB, SX_SCRIPT_HANGUL}, {0xF900, 0xFAD9, SX_SCRIPT_HAN}, {0xFB00, 0xFB06, SX_SCRIPT_LATIN},
    {0xFB13, 0xFB17, SX_SCRIPT_ARMENIAN}, {0xFB1D, 0xFB4F, SX_SCRIPT_HEBREW}, {0xFB50, 0xFDFF, SX_SCRIPT_ARABIC}, {0xFE70, 0xFEFC, SX_SCRIPT_ARABIC},
    {0xFF21, 0xFF3A, SX_SCRIPT_LATIN}, {0xFF41, 0xFF5A, SX_SCRIPT_LATIN}, {0xFF66, 0xFF9D, SX_SCRIPT_KANA}, {0xFFA0, 0xFFDC, SX_SCRIPT_HANGUL},
    {0x10000, 0x1AFEF, SX_SCRIPT_OTHER}, {0x1AFF0, 0x1B16F, SX_SCRIPT_KANA}, {0x1B170, 0x1CFFF, SX_SCRIPT_OTHER}, {0x1DF00, 0x1DFFF, SX_SCRIPT_LATIN},
    {0x1E000, 0x1E02F, SX_SCRIPT_OTHER}, {0x1E100, 0x1E95F, SX_SCRIPT_OTHER}, {0x1EE00, 0x1EEFF, SX_SCRIPT_ARABIC}, {0x20000, 0x3FFFF, SX_SCRIPT_HAN},
};

/* Name, ISO 15924, the language that it is read in when nothing else is known. Thai and Burmese: libespeak-ng 1.51 leaves most of their vowels out or in the wrong
 * place; the transliteration is better understood. */
static const struct { const char *name, *code, *language; } scripts[SX_SCRIPTS] = {
    [SX_SCRIPT_COMMON] = {"common", "Zyyy", NULL}, [SX_SCRIPT_LATIN] = {"Latin", "Latn", NULL}, [SX_SCRIPT_GREEK] = {"Greek", "Grek", "el"},
    [SX_SCRIPT_CYRILLIC] = {"Cyrillic", "Cyrl", "ru"}, [SX_SCRIPT_ARMENIAN] = {"Armenian", "Armn", "hy"}, [SX_SCRIPT_HEBREW] = {"Hebrew", "Hebr", "he"},
    [SX_SCRIPT_ARABIC] = {"Arabic", "Arab", "ar"}, [SX_SCRIPT_DEVANAGARI] = {"Devanagari", "Deva", "hi"}, [SX_SCRIPT_BENGALI] = {"Bengali", "Beng", "bn"},
    [SX_SCRIPT_GURMUKHI] = {"Gurmukhi", "Guru", "pa"}, [SX_SCRIPT_GUJARATI] = {"Gujarati", "Gujr", "gu"}, [SX_SCRIPT_ORIYA] = {"Odia", "Orya", "or"},
    [SX_SCRIPT_TAMIL] = {"Tamil", "Taml", "ta"}, [SX_SCRIPT_TELUGU] = {"Telugu", "Telu", "te"}, [SX_SCRIPT_KANNADA] = {"Kannada", "Knda", "kn"},
    [SX_SCRIPT_MALAYALAM] = {"Malayalam", "Mlym", "ml"}, [SX_SCRIPT_SINHALA] = {"Sinhala", "Sinh", "si"}, [SX_SCRIPT_THAI] = {"Thai", "Thai", NULL},
    [SX_SCRIPT_LAO] = {"Lao", "Laoo", NULL}, [SX_SCRIPT_TIBETAN] = {"Tibetan", "Tibt", NULL}, [SX_SCRIPT_MYANMAR] = {"Burmese", "Mymr", NULL},
    [SX_SCRIPT_GEORGIAN] = {"Georgian", "Geor", "ka"}, [SX_SCRIPT_HANGUL] = {"Korean", "Hang", "ko"}, [SX_SCRIPT_ETHIOPIC] = {"Ethiopic", "Ethi", "am"},
    [SX_SCRIPT_CHEROKEE] = {"Cherokee", "Cher", NULL}, [SX_SCRIPT_KHMER] = {"Khmer", "Khmr", NULL}, [SX_SCRIPT_MONGOLIAN] = {"Mongolian", "Mong", NULL},
    [SX_SCRIPT_KANA] = {"Japanese", "Kana", "ja"}, [SX_SCRIPT_HAN] = {"Chinese", "Hani", "cmn"}, [SX_SCRIPT_OTHER] = {"other", "Zzzz", NULL},
};

enum sx_script sx_script_of(uint32_t code)
{
    size_t low = 0, high = sizeof ranges / sizeof ranges[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code < ranges[middle].first)
            high = middle;
        else if (code > ranges[middle].last)
            low = middle + 1;
        else
            return (enum sx_script)ranges[middle].script;
    }
    return SX_SCRIPT_COMMON;
}

const char *sx_script_name(enum sx_script script)
{
    return scripts[script].name;
}

size_t sx_script_stop(const char *text, size_t length, char *sign)
{
    static const struct { char sign; const char *stop; } stops[] = {{'.', "。"}, {'?', "？"}, {'!', "！"}, {'.', "．"}, {'.', "।"}, {'.', "॥"}, {'?', "؟"}, {'.', "۔"},
                                                                    {'.', "։"},  {'.', "።"}, {'.', "။"},  {'.', "។"},  {',', "、"}, {',', "，"}, {',', "،"}, {',', "؛"},
                                                                    {',', "；"}, {',', "："}, {',', "၊"},  {',', "፣"}};
    if (!length || (unsigned char)text[0] < 0xD6)
        return 0;
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        size_t n = strlen(stops[i].stop);
        if (n <= length && !memcmp(text, stops[i].stop, n)) {
            *sign = stops[i].sign;
            return n;
        }
    }
    return 0;
}

int sx_script_digit(uint32_t code)
{
    /* where the tens of digits begin, after the Unicode Character Database's DerivedNumericType */
    static const uint16_t zeros[] = {'0', 0x660,  0x6F0,  0x7C0,  0x966,  0x9E6,  0xA66,  0xAE6,  0xB66,  0xBE6,  0xC66,  0xCE6,  0xD66,  0xDE6,  0xE50, 0xED0,
                                     0xF20,  0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
                                     0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++)
        if (code >= zeros[i] && code < zeros[i] + 10u)
            return (int)(code - zeros[i]);
    return -1;
}

bool sx_script_used(enum sx_script script, const char *language)
{
    char list[64];
    if (script == SX_SCRIPT_LATIN || script == SX_SCRIPT_COMMON)
        return true;
    if (!sx_language_field(language, 2, list, sizeof list))
        return false;
    return strstr(list, scripts[script].code) != NULL;
}

/* Letters that tell languages of one script apart; the first line that fits wins. */
static const struct { uint8_t script; const char *letters, *language; } signs[] = {
    {SX_SCRIPT_CYRILLIC, "ўЎ", "be"}, {SX_SCRIPT_CYRILLIC, "їЇєЄґҐ", "uk"}, {SX_SCRIPT_CYRILLIC, "ќЌѓЃѕЅ", "mk"}, {SX_SCRIPT_CYRILLIC, "ћЋђЂџЏљЉњЊјЈ", "sr"},
    {SX_SCRIPT_CYRILLIC, "қҚұҰәӘғҒһҺ", "kk"}, {SX_SCRIPT_CYRILLIC, "іІ", "uk"}, {SX_SCRIPT_ARABIC, "ٹڈڑےںہھ", "ur"},
    {SX_SCRIPT_ARABIC, "پچژگکی", "fa"}, {SX_SCRIPT_ARABIC, "ۇۆۈېە", "ug"}, {SX_SCRIPT_BENGALI, "ৰৱ", "as"}, {SX_SCRIPT_DEVANAGARI, "ळ", "mr"}};

const char *sx_script_language(enum sx_script script, const char *text, size_t length)
{
    enum { FAR = 300 };
    size_t end = length < FAR ? length : FAR;
    int best = (int)(sizeof signs / sizeof signs[0]);
    for (size_t i = 0; i < end;) {
        uint32_t code;
        char bytes[5] = "";
        i += (size_t)sx_utf8_decode(text + i, length - i, &code);
        enum sx_script s = sx_script_of(code);
        if (script == SX_SCRIPT_HAN && s == SX_SCRIPT_KANA)
            return "ja";
        if (s != script)
            continue;
        sx_utf8_encode(code, bytes);
        for (int k = 0; k < best; k++)
            if (signs[k].script == script && strstr(signs[k].letters, bytes))
                best = k;
    }
    return best < (int)(sizeof signs / sizeof signs[0]) ? signs[best].language : scripts[script].language;
}
