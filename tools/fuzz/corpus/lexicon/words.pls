<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
  <meta name="a" content="b"/>
  <lexeme role="claws:VVD"><grapheme>Nguyen</grapheme><grapheme>nguyen</grapheme><phoneme>ˈwɪn</phoneme><phoneme prefer="true" alphabet="x-arpabet">W IH1 N</phoneme></lexeme>
  <lexeme><grapheme>W3C</grapheme><alias>world wide web</alias><phoneme alphabet="x-sampa">"k{t_h</phoneme></lexeme>
</lexicon>
