/* dict.h - read-only dictionaries, made at build time by tool/compile.c, looked up in the bytes as they are embedded: nothing to do at start.
 *
 * Format, little-endian: "SXD1", u32 entries, u32 blocks, u32 offset of each block. A block has 16 entries in byte order: u8 bytes shared with the key
 * before (0 for the first), u8 further bytes, u16 bytes of the value, the further bytes, the value. */
#ifndef SX_TEXT_DICT_H
#define SX_TEXT_DICT_H

#include <stdbool.h>
#include <stddef.h>

struct sx_dict {
    const unsigned char *data, *end;
};

/* The embedded files: data.c. */
extern const unsigned char sx_data_reduced[], sx_data_reduced_end[];
extern const unsigned char sx_data_abbreviations[], sx_data_abbreviations_end[];
extern const unsigned char sx_data_units[], sx_data_units_end[];
extern const unsigned char sx_data_currencies[], sx_data_currencies_end[];
extern const unsigned char sx_data_acronyms[], sx_data_acronyms_end[];
extern const unsigned char sx_data_symbols[], sx_data_symbols_end[];
extern const unsigned char sx_data_compounds[], sx_data_compounds_end[];
extern const unsigned char sx_data_places[], sx_data_places_end[];
extern const unsigned char sx_data_characters[], sx_data_characters_end[];
extern const unsigned char sx_data_emoji[], sx_data_emoji_end[];
extern const unsigned char sx_data_regions[], sx_data_regions_end[];
extern const unsigned char sx_data_nato[], sx_data_nato_end[];
extern const unsigned char sx_data_characters_de[], sx_data_characters_de_end[], sx_data_spelling_de[], sx_data_spelling_de_end[];
extern const unsigned char sx_data_characters_nl[], sx_data_characters_nl_end[], sx_data_spelling_nl[], sx_data_spelling_nl_end[];
extern const unsigned char sx_data_homographs[], sx_data_homographs_end[];
extern const unsigned char sx_data_homographs_model[], sx_data_homographs_model_end[];
extern const unsigned char sx_data_ipa_nearest[], sx_data_ipa_nearest_end[];
extern const unsigned char sx_data_phones_fallback[], sx_data_phones_fallback_end[];
extern const unsigned char sx_data_languages[], sx_data_languages_end[];
extern const unsigned char sx_data_function_words[], sx_data_function_words_end[];
extern const unsigned char sx_data_transliteration[], sx_data_transliteration_end[];
extern const unsigned char sx_data_letters_1[], sx_data_letters_1_end[], sx_data_letters_1_step[], sx_data_letters_1_step_end[];
extern const unsigned char sx_data_letters_2[], sx_data_letters_2_end[], sx_data_letters_2_step[], sx_data_letters_2_step_end[];
extern const unsigned char sx_data_letters_stress[], sx_data_letters_stress_end[];
extern const unsigned char sx_data_letters_ngram[], sx_data_letters_ngram_end[];

#define SX_DICT(name) ((struct sx_dict){sx_data_##name, sx_data_##name##_end})

/* The value of a key, not NUL-terminated; false when it is not there. */
bool sx_dict_find(struct sx_dict dict, const char *key, size_t length, const unsigned char **value, size_t *value_length);

#endif
