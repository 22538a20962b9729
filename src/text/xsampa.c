/* xsampa.c - the table of Wells, "Computer-coding the IPA" (University College London, 1995), and how it is applied: the longest symbol that fits. */
#include "text/xsampa.h"

#include <string.h>

static const struct {
    const char *sampa, *ipa;
} symbols[] = {
    /* vowels */
    {"A", "ɑ"}, {"{", "æ"}, {"6", "ɐ"}, {"Q", "ɒ"}, {"E", "ɛ"}, {"@", "ə"}, {"@`", "ɚ"}, {"3", "ɜ"}, {"3`", "ɝ"}, {"3\\", "ɞ"}, {"@\\", "ɘ"}, {"I", "ɪ"}, {"I\\", "ɪ̈"},
    {"O", "ɔ"}, {"2", "ø"}, {"9", "œ"}, {"&", "ɶ"}, {"U", "ʊ"}, {"U\\", "ʊ̈"}, {"}", "ʉ"}, {"V", "ʌ"}, {"Y", "ʏ"}, {"1", "ɨ"}, {"7", "ɤ"}, {"8", "ɵ"}, {"M", "ɯ"},
    /* consonants */
    {"B", "β"}, {"B\\", "ʙ"}, {"b_<", "ɓ"}, {"C", "ç"}, {"D", "ð"}, {"d`", "ɖ"}, {"d_<", "ɗ"}, {"F", "ɱ"}, {"G", "ɣ"}, {"G\\", "ɢ"}, {"G\\_<", "ʛ"}, {"g", "ɡ"}, {"g_<", "ɠ"},
    {"H", "ɥ"}, {"H\\", "ʜ"}, {"h\\", "ɦ"}, {"J", "ɲ"}, {"J\\", "ɟ"}, {"J\\_<", "ʄ"}, {"j\\", "ʝ"}, {"K", "ɬ"}, {"K\\", "ɮ"}, {"L", "ʎ"}, {"L\\", "ʟ"}, {"l`", "ɭ"}, {"l\\", "ɺ"},
    {"M\\", "ɰ"}, {"N", "ŋ"}, {"N\\", "ɴ"}, {"n`", "ɳ"}, {"O\\", "ʘ"}, {"P", "ʋ"}, {"v\\", "ʋ"}, {"p\\", "ɸ"}, {"R", "ʁ"}, {"R\\", "ʀ"}, {"r`", "ɽ"}, {"r\\", "ɹ"}, {"r\\`", "ɻ"},
    {"S", "ʃ"}, {"s`", "ʂ"}, {"s\\", "ɕ"}, {"T", "θ"}, {"t`", "ʈ"}, {"W", "ʍ"}, {"X", "χ"}, {"X\\", "ħ"}, {"x\\", "ɧ"}, {"Z", "ʒ"}, {"z`", "ʐ"}, {"z\\", "ʑ"}, {"?", "ʔ"},
    {"?\\", "ʕ"}, {"<\\", "ʢ"}, {">\\", "ʡ"}, {"!\\", "ǃ"}, {"|\\", "ǀ"}, {"|\\|\\", "ǁ"}, {"=\\", "ǂ"}, {"-\\", "‿"},
    /* stress, length, ties, the commoner marks; tones and the rarer marks are let go */
    {"\"", "ˈ"}, {"%", "ˌ"}, {"'", "ʲ"}, {":", "ː"}, {":\\", "ˑ"}, {".", "."}, {"-", ""}, {"_", "͡"}, {"=", "̩"}, {"_=", "̩"}, {"~", "̃"}, {"_~", "̃"}, {"_h", "ʰ"}, {"_j", "ʲ"},
    {"_w", "ʷ"}, {"_0", "̥"}, {"_v", "̬"}, {"_d", "̪"}, {"_^", "̯"}, {"_e", "̴"}, {"`", "˞"}, {"|", ""}, {"||", ""}, {"_\"", ""}, {"_+", ""}, {"_-", ""}, {"_o", ""}, {"_r", ""},
    {"_}", ""}, {"_t", ""}, {"_k", ""}, {"_N", ""}, {"_>", ""}, {"_?\\", ""}, {"_a", ""}, {"_m", ""}, {"_l", ""}, {"_n", ""}, {"_x", ""}, {"_c", ""}, {"_O", ""}, {"_A", ""},
    {"_q", ""}, {"_G", ""}, {"_T", ""}, {"_H", ""}, {"_M", ""}, {"_L", ""}, {"_B", ""}, {"_F", ""}, {"_R", ""}, {"!", ""}, {"^", ""}, {"<R>", ""}, {"<F>", ""}};

int sx_xsampa_to_ipa(const char *text, size_t length, char *out, size_t room)
{
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        const char *ipa = NULL;
        size_t took = 0;
        for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
            size_t n = strlen(symbols[i].sampa);
            if (n > took && n <= length - at && !memcmp(text + at, symbols[i].sampa, n)) {
                took = n;
                ipa = symbols[i].ipa;
            }
        }
        char letter[2] = {text[at], 0};     /* small letters and blanks are themselves */
        if (!took) {
            if (!((letter[0] >= 'a' && letter[0] <= 'z') || letter[0] == ' '))
                return -1;
            took = 1;
            ipa = letter;
        }
        size_t n = strlen(ipa);
        if (n >= room - used)
            return -1;
        memcpy(out + used, ipa, n);
        used += n;
        at += took;
    }
    if (!room)
        return -1;
    out[used] = 0;
    return (int)used;
}
