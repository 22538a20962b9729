/* data.c - the files that the library carries in itself: dictionaries made by tool/compile.c, the letter-to-sound network, the homograph model. */
#include "text/dict.h"
#include "text/wordbook.h"

/* SX_TEXT_GEN and SX_TEXT_DATA are folders, given by rules.mk. */
#define EMBED(name, path)                                                                                                   \
    __asm__(".pushsection .rodata, \"a\"\n"                                                                                 \
            ".balign 64\n"                                                                                                  \
            ".global sx_data_" #name "\n.hidden sx_data_" #name "\n"                                                       \
            ".global sx_data_" #name "_end\n.hidden sx_data_" #name "_end\n"                                               \
            "sx_data_" #name ":\n.incbin \"" path "\"\n"                                                                    \
            "sx_data_" #name "_end:\n.byte 0\n"                                                                             \
            ".popsection\n")

EMBED(letters_1, SX_TEXT_DATA "/letters_en_1.onnx");
EMBED(letters_1_step, SX_TEXT_DATA "/letters_en_1_step.bin");
EMBED(letters_2, SX_TEXT_DATA "/letters_en_2.onnx");
EMBED(letters_2_step, SX_TEXT_DATA "/letters_en_2_step.bin");
EMBED(letters_ngram, SX_TEXT_GEN "/letters_ngram.bin");
EMBED(letters_stress, SX_TEXT_GEN "/letters_stress.bin");
EMBED(wordbook, SX_TEXT_GEN "/wordbook.bin");
EMBED(reduced, SX_TEXT_GEN "/reduced.bin");
EMBED(abbreviations, SX_TEXT_GEN "/abbreviations.bin");
EMBED(units, SX_TEXT_GEN "/units.bin");
EMBED(currencies, SX_TEXT_GEN "/currencies.bin");
EMBED(acronyms, SX_TEXT_GEN "/acronyms.bin");
EMBED(symbols, SX_TEXT_GEN "/symbols.bin");
EMBED(compounds, SX_TEXT_GEN "/compounds.bin");
EMBED(places, SX_TEXT_GEN "/places.bin");
EMBED(characters, SX_TEXT_GEN "/characters.bin");
EMBED(emoji, SX_TEXT_GEN "/emoji.bin");
EMBED(regions, SX_TEXT_GEN "/regions.bin");
EMBED(nato, SX_TEXT_GEN "/nato.bin");
EMBED(characters_de, SX_TEXT_GEN "/characters_de.bin");
EMBED(characters_nl, SX_TEXT_GEN "/characters_nl.bin");
EMBED(spelling_de, SX_TEXT_GEN "/spelling_de.bin");
EMBED(spelling_nl, SX_TEXT_GEN "/spelling_nl.bin");
EMBED(homographs, SX_TEXT_GEN "/homographs.bin");
EMBED(homographs_model, SX_TEXT_DATA "/homographs_en.bin");
EMBED(ipa_nearest, SX_TEXT_GEN "/ipa_nearest.bin");
EMBED(phones_fallback, SX_TEXT_GEN "/phones_fallback.bin");
EMBED(languages, SX_TEXT_GEN "/languages.bin");
EMBED(function_words, SX_TEXT_GEN "/function_words.bin");
EMBED(transliteration, SX_TEXT_GEN "/transliteration.bin");
