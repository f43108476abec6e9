#include "tests/unit/functions/function_test.hpp"

namespace dmkit::mock::functions_test {

namespace {

TEST(string_functions, give_what_the_manual_prints) {
    check({
        {"man-func-45-1", "BIT_LENGTH", {"ab"}, "16"},
        {"man-func-47-2", "CHAR_LENGTH", {"我们"}, "2"},
        {"man-func-50-1", "CONCAT", {1, "红楼梦", "中华书局"}, "1红楼梦中华书局"},
        {"man-func-51-1", "DIFFERENCE", {"she", "he"}, "3"},
        {"man-func-52-1", "INITCAP", {"hello world"}, "Hello World"},
        {"man-func-53-1", "INS", {"abcdefg", 1, 3, "kkk"}, "kkkdefg"},
        {"man-func-54-1", "INSERT", {"That is a cake", 2, 3, "his"}, "This is a cake"},
        {"man-func-55-1", "INSTR", {"CORPORATE FLOOR", "OR", 3, 2}, "14"},
        {"man-func-55-2", "INSTR", {"我们的计算机", "计算机", 1, 1}, "4"},
        {"man-func-57-1", "INSTRC", {"CORPORATE FLOOR", "OR", 3, 2}, "14"},
        {"man-func-58-1", "LCASE", {"ABC"}, "abc"},
        {"man-func-59-1", "LEFT", {"水浒传", 2}, "水浒"},
        {"man-func-59-2", "LEFT", {"computer science", 10}, "computer s"},
        {"man-func-59-3", "LEFT", {"HELLO WORLD", -2}, "HELLO WOR"},
        {"man-func-59-4", "LEFT", {"HELLO WORLD", -100}, ""},
        {"man-func-60-1", "LEN", {"hi,你好  "}, "5"},
        {"man-func-61-1", "LENGTH", {"hi,你好  "}, "7"},
        {"man-func-62-1", "LENGTHC", {"123DM数据库"}, "8"},
        {"man-func-64-1", "LENGTH4", {"  hi,你好  "}, "9"},
        {"man-func-66-1", "LOCATE", {"man", "The manager is a man", 10}, "18"},
        {"man-func-66-2", "LOCATE", {"man", "The manager is a man"}, "5"},
        {"man-func-68-1", "LPAD", {"TeacherTeacherTeaFX", 22, "BIG"}, "BIGTeacherTeacherTeaFX"},
        {"man-func-68-1", "LPAD", {"FX", 19, "Teacher"}, "TeacherTeacherTeaFX"},
        {"man-func-68-2", "LPAD", {"计算机", 8, "我们的"}, "我计算机"},
        {"man-func-69-1", "LTRIM", {"xyyxxxXxyLAST WORD", "xy"}, "XxyLAST WORD"},
        {"man-func-69-2", "LTRIM", {"我们的计算机", "我们"}, "的计算机"},
        {"man-func-71-1", "REPEAT", {"Hello ", 3}, "Hello Hello Hello "},
        {"man-func-72-1", "REPLACE", {"发货地址", "地址", "地点"}, "发货地点"},
        {"man-func-73-1", "REPLICATE", {"aaa", 3}, "aaaaaaaaa"},
        {"man-func-74-1", "REVERSE", {"abcd"}, "dcba"},
        {"man-func-75-1", "RIGHT", {"发货地址", 2}, "地址"},
        {"man-func-75-2", "RIGHTSTR", {"computer", 3}, "ter"},
        {"man-func-75-3", "RIGHTSTR", {"HELLO WORLD", -3}, "LO WORLD"},
        {"man-func-75-4", "RIGHTSTR", {"HELLO WORLD", -100}, ""},
        {"man-func-76-2", "RPAD", {"计算机", 8, "我们的"}, "计算机我"},
        {"man-func-77-1", "RTRIM", {"TURNERyXxxxyyyxy", "xy"}, "TURNERyX"},
        {"man-func-77-2", "RTRIM", {"我们的计算机", "我计算机"}, "我们的"},
        {"man-func-78-1", "SOUNDEX", {"Hello"}, "H400"},
        {"man-func-79-1", "SPACE", {5}, "     "},
        {"man-func-80-1", "STRPOSDEC", {"hello"}, "helln"},
        {"man-func-81-1", "STRPOSDEC", {"hello", 3}, "heklo"},
        {"man-func-82-1", "STRPOSINC", {"hello"}, "hellp"},
        {"man-func-83-1", "STRPOSINC", {"hello", 3}, "hemlo"},
        {"man-func-84-1", "STUFF", {"ABCDEFG", 1, 3, "OOO"}, "OOODEFG"},
        {"man-func-85-1", "SUBSTRING", {"老人与海", 3, 2}, "与海"},
        {"man-func-85-1", "SUBSTRING", {"长征", 3, 2}, ""},
        {"man-func-85-2", "SUBSTR", {"我们的计算机", 3, 4}, "的计算机"},
        {"man-func-86-3", "SUBSTRB", {"ABCDEFG", 3, 3}, "CDE"},
        {"man-func-88-1", "TRANSLATE", {"我们的计算机", "我们的", "大世界"}, "大世界计算机"},
        {"man-func-88-2", "TRANSLATE", {"我们的计算机", "我们的", "世界"}, "世界计算机"},
        {"man-func-88-3", "TRANSLATE", {"我们的计算机", "我们的", "大大世界"}, "大大世计算机"},
        {"man-func-89-1", "$TRIM", {"TRAILING", "址", "发货地址"}, "发货地"},
        {"man-func-89-2", "TRIM", {"   Hello World   "}, "Hello World"},
        {"man-func-89-3", "$TRIM", {"LEADING", nullptr, "   Hello World   "}, "Hello World   "},
        {"man-func-89-4", "$TRIM", {"TRAILING", nullptr, "   Hello World   "}, "   Hello World"},
        {"man-func-89-5", "$TRIM", {"BOTH", nullptr, "   Hello World   "}, "Hello World"},
        {"man-func-90-1", "UCASE", {"hello world"}, "HELLO WORLD"},
        {"man-func-92-1", "NLS_UPPER", {"abcd123"}, "ABCD123"},
        {"man-func-93-1", "NLS_LOWER", {"AB CDe123"}, "ab cde123"},
        {"man-func-95-1", "OVERLAY", {"射雕英雄传(全四册)", "口", 3, 2}, "射雕口传(全四册)"},
        {"man-func-95-1", "OVERLAY", {"长征", "口", 3, 2}, "长征口"},
        {"man-func-95-2", "OVERLAY", {"txxxxas", "hom", 2, 4}, "thomas"},
        {"man-func-96-1", "TEXT_EQUAL", {"a", "b"}, "0"},
        {"man-func-96-2", "TEXT_EQUAL", {"a", "a"}, "1"},
        {"man-func-97-1", "BLOB_EQUAL", {raw({0x0f, 0xff, 0xee}), raw({0x0e, 0xee, 0xff})}, "0"},
        {"man-func-97-2", "BLOB_EQUAL", {raw({0x0f, 0xff, 0xee}), raw({0x0f, 0xff, 0xee})}, "1"},
        {"man-func-99-1", "GREATEST", {"abb", "abd", "abc"}, "abd"},
        {"man-func-100-1", "GREAT", {"abb", "abd"}, "abd"},
        {"man-func-105-1", "UNISTR", {"\\803F\\55B5\\55B5kind又\\006e\\0069\\0063\\0065"}, "耿喵喵kind又nice"},
        {"man-func-107-1", "CONCAT_WS", {",,", "11", "22", "33"}, "11,,22,,33"},
        {"man-func-108-1", "SUBSTRING_INDEX", {"blog.jb51.net", ".", 2}, "blog.jb51"},
        {"man-func-108-2", "SUBSTRING_INDEX", {"blog.jb51.net", ".", -2}, "jb51.net"},
        {"man-func-109-2", "COMPOSE", {"a\u0300"}, "à"},
        {"man-func-110-1", "FIND_IN_SET", {"", ""}, "0"},
        {"man-func-110-2", "FIND_IN_SET", {" ", " "}, "1"},
        {"man-func-110-3", "FIND_IN_SET", {"b", "a,b,c"}, "2"},
        {"man-func-110-4", "FIND_IN_SET", {"", "a,b,,"}, "3"},
        {"man-func-110-5", "FIND_IN_SET", {"ab", "q8w8es8zcd8t8ab", "8"}, "6"},
        {"man-func-110-6", "FIND_IN_SET", {nullptr, ""}, "NULL"},
        {"probe-10", "LENGTH", {""}, "0"},
        {"probe-18", "SUBSTR", {"hello", 0, 2}, "he"},
        {"probe-19", "INSTR", {"hello", "l", -1}, "4"},
        {"man-func-200-1", "LENGTHB", {raw({1, 0x23, 0x45, 0x67})}, "4"},
    });
}

TEST(string_functions, count_bytes_in_the_server_s_character_set) {
    call_context chinese = default_context();
    chinese.charset = charset::gb18030;
    EXPECT_EQ(run(chinese, "ASCII", {"中"}), "54992");
    EXPECT_EQ(run(chinese, "CHR", {54992}), "中");
    EXPECT_EQ(run(chinese, "ASCIISTR", {"中"}), "\\4E2D");
    EXPECT_EQ(run(chinese, "INSTRB", {"我们的计算机", "计算机", 1, 1}), "7");
    EXPECT_EQ(run(chinese, "OCTET_LENGTH", {"大家好"}), "6");
    EXPECT_EQ(run(chinese, "POSITION", {"数", "达梦数据库"}), "5");
    EXPECT_EQ(run(chinese, "SUBSTRB", {"达梦数据库有限公司", 4, 15}), " 数据库有限公司");
    EXPECT_EQ(run(chinese, "SUBSTRB", {"我们的计算机", 3, 4}), "们的");
    EXPECT_EQ(run(chinese, "RAWTOHEX", {"达梦数据库有限公司"}), "B4EFC3CECAFDBEDDBFE2D3D0CFDEB9ABCBBE");
    EXPECT_EQ(run(chinese, "LENGTHB", {"TO"}), "2");
    EXPECT_EQ(run("OCTET_LENGTH", {"大家好"}), "9");
    EXPECT_EQ(run("LENGTHB", {"大家好"}), "9");
}

TEST(string_functions, turn_widths_of_characters) {
    call_context chinese = default_context();
    chinese.charset = charset::gb18030;
    const std::string wide = run(chinese, "TO_MULTI_BYTE", {"aa"});
    EXPECT_EQ(run(chinese, "LENGTHB", {wide.c_str()}), "4");
    EXPECT_EQ(run(chinese, "TO_SINGLE_BYTE", {wide.c_str()}), "aa");
}

TEST(string_functions, give_null_where_the_manual_says) {
    EXPECT_EQ(run("SUBSTR", {"abc", 1, -1}), "NULL");
    EXPECT_EQ(run("LPAD", {"abc", 0, "x"}), "NULL");
    EXPECT_EQ(run("LPAD", {"", 3, "x"}), "NULL");
    EXPECT_EQ(run("RPAD", {"abc", 5, ""}), "NULL");
    EXPECT_EQ(run("SOUNDEX", {""}), "NULL");
    EXPECT_EQ(run("CONCAT_WS", {nullptr, "a", "b"}), "NULL");
    EXPECT_EQ(run("CONCAT_WS", {",", "a", nullptr, "b"}), "a,b");
    EXPECT_EQ(run("CONCAT", {"a", nullptr}), "a");
    EXPECT_EQ(run("REPLACE", {"abcb", "b"}), "ac");
    EXPECT_EQ(run("UPPER", {nullptr}), "NULL");
    EXPECT_EQ(run("LOCATE", {"", "abc", 0}), "0");
    EXPECT_EQ(run("LOCATE", {"", "abc"}), "1");
}

TEST(string_functions, take_numbers_and_dates_as_text) {
    EXPECT_EQ(run("LENGTH", {12345}), "5");
    EXPECT_EQ(run("SUBSTR", {on_day("2024-05-17"), 1, 4}), "2024");
    EXPECT_EQ(run("LENGTHB", {256}), "4");
    EXPECT_EQ(refusal("LENGTH", {literal(type_of(type_id::blob), bytes())}), -5403);
}

TEST(string_functions, refuse_wrong_arguments) {
    EXPECT_EQ(refusal("SPACE", {100000}), -6102);
    EXPECT_EQ(refusal("REPEAT", {"abcdefgh", 10000}), -6102);
    EXPECT_EQ(refusal("STRPOSINC", {"abc", 9}), -3503);
    EXPECT_EQ(refusal("CHR", {255}), -3503);
}

TEST(regexp_functions, give_what_the_manual_prints) {
    check({
        {"man-func-94-1", "REGEXP_COUNT", {"AbCd", "abcd", 1, "i"}, "1"},
        {"man-func-94-2", "REGEXP_COUNT", {"AbCd", "abcd", 1, "c"}, "0"},
        {"man-func-94-3", "REGEXP_LIKE", {"DM database V7", "dm", "c"}, "0"},
        {"man-func-94-4", "REGEXP_LIKE", {"DM database V7", "dm", "i"}, "1"},
        {"man-func-94-5", "REGEXP_INSTR", {"a为了aaac", "aa"}, "4"},
        {"man-func-94-6", "REGEXP_INSTR", {"a为了aaac", "aa", 5}, "5"},
        {"man-func-94-7", "REGEXP_INSTR", {"123%4567890", "(123)%(4(56)(78))", 1, 1, 0, "i", 2}, "5"},
        {"man-func-94-8", "REGEXP_SUBSTR", {"a为aa了aac", "(a*)", 2}, "NULL"},
        {"man-func-94-9", "REGEXP_SUBSTR", {"a为aa了aac", "(a+)", 2}, "aa"},
        {"man-func-94-10",
         "REGEXP_SUBSTR",
         {"500 DM8 DATABASE, SHANG HAI, CN", ", ([^,]+),", 5, 1, "i", 1},
         "SHANG HAI"},
        {"man-func-94-11", "REGEXP_REPLACE", {"a为了aaac", "aa", "bb"}, "a为了bbac"},
        {"man-func-94-12", "REGEXP_REPLACE", {"a为了ac", "aa", "bb"}, "a为了ac"},
        {"man-func-94-13", "REGEXP_REPLACE", {"a为aa了aac", "aa", "bb"}, "a为bb了bbc"},
        {"man-func-94-14",
         "REGEXP_REPLACE",
         {"500 DM8 DATABASE, SHANG HAI, CN", ",[^,]+,", ", WU HAN,", 5, 1, "i"},
         "500 DM8 DATABASE, WU HAN, CN"},
        {"man-func-94-15", "REGEXP_REPLACE", {"www1234xxxx3q", "([[:alpha:]]+)", "AAA\\1"}, "AAAwww1234AAAxxxx3AAAq"},
    });
    EXPECT_EQ(run("REGEXP_LIKE", {"abc", ""}), "NULL");
    EXPECT_EQ(refusal("REGEXP_LIKE", {"abc", "("}), -3503);
    EXPECT_EQ(refusal("REGEXP_LIKE", {"abc", "a", "z"}), -3503);
}

// SQL manual, 8.2.52, tables 8.16 and 8.18.
TEST(regexp_functions, match_as_the_tables_say) {
    const auto found = [](const char* text, const char* pattern) { return run("REGEXP_SUBSTR", {text, pattern}); };
    EXPECT_EQ(found("bat", "a*b"), "b");
    EXPECT_EQ(found("about", "a*b"), "ab");
    EXPECT_EQ(found("race", "ac+"), "ac");
    EXPECT_EQ(found("between", "be[n-t]"), "bet");
    EXPECT_EQ(found("below", "be[n-t]"), "NULL");
    EXPECT_EQ(found("below", "be[^n-t]"), "bel");
    EXPECT_EQ(found("beneath", "be[^n-t]"), "NULL");
    EXPECT_EQ(found("abcabcabc", "(abc)+"), "abcabcabc");
    EXPECT_EQ(found("a mud bath", "(sponge|mud) bath"), "mud bath");
    EXPECT_EQ(found("zoone", "zo{2}"), "zoo");
    EXPECT_EQ(found("zozo", "zo{2}"), "NULL");
    EXPECT_EQ(found("zooo", "zo{1,}"), "zooo");
    EXPECT_EQ(found("zooo", "zo{1,2}"), "zoo");
    EXPECT_EQ(found("a^b", "\\^"), "^");
    EXPECT_EQ(found("x1a2", "[[:alpha:]][[:digit:]]"), "x1");
    EXPECT_EQ(found("aB 9F!", "[[:lower:]][[:upper:]][[:space:]][[:xdigit:]]{2}[[:punct:]]"), "aB 9F!");
    EXPECT_EQ(found("-a9-", "[[:alnum:]]+"), "a9");
    EXPECT_EQ(found("-a9 !", "\\w+\\s\\W"), "a9 !");
    EXPECT_EQ(found("a 12b", "\\S\\s\\d+\\D"), "a 12b");
    EXPECT_EQ(found("xyabab", "(ab)\\1"), "abab");
    EXPECT_EQ(run("REGEXP_COUNT", {"ab\nac", "^a.", 1, "m"}), "2");
    EXPECT_EQ(run("REGEXP_COUNT", {"ab\nac", "^a."}), "1");
    EXPECT_EQ(run("REGEXP_COUNT", {"a\nd", "a.d", 1, "n"}), "1");
    EXPECT_EQ(run("REGEXP_COUNT", {"a\nd", "a.d"}), "0");
    EXPECT_EQ(run("REGEXP_COUNT", {"a\rd", "a.d"}), "1");
    EXPECT_EQ(run("REGEXP_COUNT", {"abcd", "a b c d", 1, "x"}), "1");
    EXPECT_EQ(run("REGEXP_COUNT", {"a#b", "a # b", 1, "x"}), "1");
}

TEST(regexp_functions, take_brackets_as_posix_does) {
    const auto found = [](const char* text, const char* pattern) { return run("REGEXP_SUBSTR", {text, pattern}); };
    EXPECT_EQ(found("a[b", "[[]"), "[");
    EXPECT_EQ(found("[b", "[^[]"), "b");
    EXPECT_EQ(found("a]b", "[]]"), "]");
    EXPECT_EQ(found("]b", "[^]]"), "b");
    EXPECT_EQ(found("a&&b", "[a&&b]+"), "a&&b");
    EXPECT_EQ(found("a-z", "[z-]+"), "-z");
    EXPECT_EQ(found("x.y", "[.]"), ".");
    EXPECT_EQ(found("}x", "}"), "}");
    EXPECT_EQ(refusal("REGEXP_LIKE", {"a", "[b-a]"}), -3503);
    EXPECT_EQ(refusal("REGEXP_LIKE", {"a", "[a"}), -3503);
    EXPECT_EQ(refusal("REGEXP_LIKE", {"a", "[[:word:]]"}), -3503);
}

TEST(regexp_functions, refuse_by_name_what_dm8_lacks) {
    const auto refused = [](const char* pattern) -> std::string {
        try {
            return run("REGEXP_LIKE", {"abc", pattern});
        } catch (const sql_error& error) {
            return error.code() == not_supported ? error.arguments().front() : std::to_string(error.code());
        }
    };
    const std::string behind = " in a regular expression";
    for (const char* perl : {"a*?", "a+?", "a??", "a{1}?", "a{1,}?", "a{1,2}?"})
        EXPECT_EQ(refused(perl), "? behind a quantifier" + behind) << perl;
    EXPECT_EQ(refused("a*+"), "+ behind a quantifier" + behind);
    EXPECT_EQ(refused("\\Aa"), "\\A" + behind);
    EXPECT_EQ(refused("a\\Z"), "\\Z" + behind);
    EXPECT_EQ(refused("\\bab"), "\\b" + behind);
    EXPECT_EQ(refused("\\p{L}"), "\\p" + behind);
    EXPECT_EQ(refused("[[=a=]]"), "[= =]" + behind);
    EXPECT_EQ(refused("[\\d]"), "\\d in brackets" + behind);
    for (const char* group : {"(?i)a", "(?=a)", "(?<!a)b", "(?:a)"})
        EXPECT_EQ(refused(group), "(?" + behind) << group;
    for (const char* wrong : {"*a", "a|*", "(+)", "a{", "a{2,1}", "a{,2}", "a)", "a\\", "(a)\\2", "\\1"})
        EXPECT_EQ(refused(wrong), "-3503") << wrong;
}

TEST(regexp_functions, give_null_where_the_manual_says_so) {
    check({
        {"str", "REGEXP_LIKE", {"", "a"}, "NULL"},
        {"str", "REGEXP_LIKE", {nullptr, "a"}, "NULL"},
        {"match_param", "REGEXP_LIKE", {"a", "a", nullptr}, "1"},
        {"str", "REGEXP_COUNT", {"", "a"}, "NULL"},
        {"position", "REGEXP_COUNT", {"a", "a", nullptr}, "NULL"},
        {"subexpr", "REGEXP_INSTR", {"ab", "(a)(b)", 1, 1, 0, "i", 3}, "NULL"},
        {"subexpr", "REGEXP_INSTR", {"ab", "(a)(b)", 1, 1, 0, "i", nullptr}, "NULL"},
        {"match_param", "REGEXP_INSTR", {"ab", "(a)(b)", 1, 1, 0, nullptr, 2}, "2"},
        {"subexpr", "REGEXP_SUBSTR", {"ab", "(a)(b)", 1, 1, "i", 3}, "NULL"},
        {"match_param", "REGEXP_SUBSTR", {"ab", "(a)(b)", 1, 1, nullptr, 2}, "b"},
        {"pattern", "REGEXP_REPLACE", {"abc", nullptr, "x"}, "abc"},
        {"replace_str", "REGEXP_REPLACE", {"abc", "b", nullptr}, "ac"},
        {"match_param", "REGEXP_REPLACE", {"abc", "b", "x", 1, 0, nullptr}, "axc"},
        {"all replaced", "REGEXP_REPLACE", {"abc", "[a-z]"}, "NULL"},
        {"occurrence", "REGEXP_REPLACE", {"abc", "b", "x", 1, nullptr}, "NULL"},
    });
    EXPECT_EQ(refusal("REGEXP_INSTR", {"ab", "a", 1, 1, 0, "i", 10}), -3503);
    EXPECT_EQ(refusal("REGEXP_SUBSTR", {"ab", "a", 0}), -3503);
    EXPECT_EQ(refusal("REGEXP_SUBSTR", {"ab", "a", 1, 0}), -3503);
}

TEST(regexp_functions, take_patterns_and_replacements_of_512_bytes) {
    const std::string longest(512, 'a'), longer(513, 'a');
    EXPECT_EQ(run("REGEXP_LIKE", {"a", longest.c_str()}), "0");
    EXPECT_EQ(refusal("REGEXP_LIKE", {"a", longer.c_str()}), -3503);
    EXPECT_EQ(run("REGEXP_REPLACE", {"x", "x", longest.c_str()}), longest);
    EXPECT_EQ(refusal("REGEXP_REPLACE", {"x", "x", longer.c_str()}), -3503);
}

TEST(regexp_functions, end_when_the_statement_must) {
    call_context context = default_context();
    int questions = 0;
    context.interruption = [&] { return ++questions < 3 ? 0 : -7049; };
    try {
        static_cast<void>(run(context, "REGEXP_LIKE", {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$"}));
        ADD_FAILURE() << "goes on";
    } catch (const sql_error& error) {
        EXPECT_EQ(error.code(), -7049);
    }
    EXPECT_EQ(questions, 3);
}

TEST(regexp_functions, end_after_a_number_of_steps) {
    EXPECT_EQ(refusal("REGEXP_LIKE", {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$"}), not_supported);
    // A failure after the first match is no result.
    const char* const text = "x aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
    EXPECT_EQ(refusal("REGEXP_COUNT", {text, "x|(a+)+$"}), not_supported);
    EXPECT_EQ(refusal("REGEXP_REPLACE", {text, "x|(a+)+$", "y"}), not_supported);
}

TEST(regexp_functions, tell_flags_of_one_pattern_apart) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(run("REGEXP_LIKE", {"ABC", "a b", "ix"}), "1");
        EXPECT_EQ(run("REGEXP_LIKE", {"ABC", "a b", "i"}), "0");
        EXPECT_EQ(run("REGEXP_LIKE", {"ABC", "a b", "x"}), "0");
        EXPECT_EQ(run("REGEXP_LIKE", {"ABC", ("a" + std::to_string(i) + "|B").c_str()}), "1");
    }
}

TEST(string_functions, find_whole_characters_from_both_ends) {
    check({
        {"first", "INSTR", {"中a中a中", "中"}, "1"},
        {"behind", "INSTR", {"中a中a中", "中", 2}, "3"},
        {"second", "INSTR", {"中a中a中", "中", 1, 3}, "5"},
        {"overlapping", "INSTR", {"aaaa", "aa", 1, 3}, "3"},
        {"too many", "INSTR", {"aaaa", "aa", 1, 4}, "0"},
        {"beyond", "INSTR", {"abc", "c", 4}, "0"},
        {"from 0", "INSTR", {"abc", "c", 0}, "0"},
        {"last", "INSTR", {"中a中a中", "中", -1}, "5"},
        {"before", "INSTR", {"中a中a中", "中", -2}, "3"},
        {"backwards", "INSTR", {"中a中a中", "中", -1, 3}, "1"},
        {"longer than what is left", "INSTR", {"xaba", "aba", -1}, "2"},
        {"before the text", "INSTR", {"abc", "a", -4}, "0"},
        {"none", "INSTR", {"abc", "x", -1}, "0"},
        {"bytes", "INSTRB", {"中a中", "中", 2}, "5"},
        {"bytes backwards", "INSTRB", {"中a中", "中", -4}, "1"},
        // A part of a character is none.
        {"part", "INSTR", {"中", "\xE4"}, "0"},
        {"part", "INSTR", {"中", "\xB8"}, "0"},
        {"end", "SUBSTR", {"我们的计算机", -3}, "计算机"},
        {"end", "SUBSTR", {"我们的计算机", -3, 2}, "计算"},
        {"before the text", "SUBSTR", {"我们", -3}, ""},
        {"nothing", "SUBSTR", {"我们", 1, 0}, ""},
        {"reversed", "REVERSE", {"我a们"}, "们a我"},
        {"both ends", "TRIM", {"我x我们的x们", "们x我"}, "的"},
        {"everything", "TRIM", {"    "}, ""},
        {"initials", "INITCAP", {"éa ÀB"}, "Éa Àb"},
        {"lower", "LOWER", {"ABCÀ中Z"}, "abcà中z"},
        {"upper", "UPPER", {"abcà中z"}, "ABCÀ中Z"},
    });
}

TEST(string_functions, measure_long_texts_of_another_character_set) {
    call_context context = default_context();
    context.charset = charset::gb18030;
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "a中ñ😀";
    EXPECT_EQ(run(context, "LENGTHB", {text.c_str()}), "11000");
    EXPECT_EQ(run(context, "SUBSTRB", {"a中ñb", 1, 3}), "a中");
    EXPECT_EQ(run(context, "SUBSTRB", {"a中ñb", 1, 5}), "a中  ");
    EXPECT_EQ(run(context, "SUBSTRB", {"a中ñb", 8}), "b");
    context.charset = charset::euc_kr;
    EXPECT_EQ(run(context, "LENGTHB", {"a한"}), "3");
}

// SQL manual, head of chapter 8: texts that functions take and give have 32K - 1 bytes at most.
TEST(string_functions, refuse_texts_of_more_than_32767_bytes) {
    const std::string longest(32767, 'a'), half(20000, 'a');
    EXPECT_EQ(run("REPEAT", {"a", 32767}), longest);
    EXPECT_EQ(refusal("REPEAT", {"a", 32768}), -6102);
    EXPECT_EQ(refusal("REPEAT", {"ab", std::int64_t{INT64_MAX}}), -6102);
    EXPECT_EQ(run("REPEAT", {"", std::int64_t{INT64_MAX}}), "");
    EXPECT_EQ(refusal("||", {half.c_str(), half.c_str()}), -6102);
    EXPECT_EQ(refusal("CONCAT", {half.c_str(), half.c_str()}), -6102);
    EXPECT_EQ(refusal("CONCAT_WS", {",", half.c_str(), half.c_str()}), -6102);
    EXPECT_EQ(refusal("INSERT", {half.c_str(), 1, 0, half.c_str()}), -6102);
    EXPECT_EQ(refusal("OVERLAY", {half.c_str(), half.c_str(), 20000}), -6102);
    EXPECT_EQ(refusal("REPLACE", {longest.c_str(), "a", longest.c_str()}), -6102);
    EXPECT_EQ(refusal("REGEXP_REPLACE", {longest.c_str(), "a", "bb"}), -6102);
    EXPECT_EQ(refusal("TRANSLATE", {half.c_str(), "a", "中"}), -6102);
    EXPECT_EQ(refusal("TO_MULTI_BYTE", {half.c_str()}), -6102);
    EXPECT_EQ(refusal("HEX", {half.c_str()}), -6102);
    EXPECT_EQ(refusal("LPAD", {"中", 32767, "中"}), -6102);
}

TEST(string_functions, measure_the_bound_in_the_servers_character_set) {
    call_context context = default_context();
    context.charset = charset::gb18030;
    // Two bytes each, three in UTF-8.
    EXPECT_EQ(run(context, "LENGTH", {field(run(context, "REPEAT", {"中", 16383}))}), "16383");
    EXPECT_THROW(static_cast<void>(run(context, "REPEAT", {"中", 16384})), sql_error);
    // Four bytes, two in UTF-8.
    EXPECT_THROW(static_cast<void>(run(context, "REPEAT", {"ñ", 8192})), sql_error);
}

TEST(string_functions, bound_character_large_objects) {
    const data_type clob = type_of(type_id::clob);
    const literal text(clob, field(std::string(1 << 20, 'a')));
    EXPECT_EQ(refusal("REPLACE", {text, "a", std::string(64, 'b').c_str()}), 0);
    EXPECT_EQ(refusal("REPLACE", {text, "a", std::string(65, 'b').c_str()}), not_supported);
    EXPECT_EQ(refusal("REPEAT", {text, 65}), not_supported);
    EXPECT_EQ(refusal("||", {text, text}), 0);
}

TEST(string_functions, compare_large_objects_with_null) {
    EXPECT_EQ(run("TEXT_EQUAL", {nullptr, nullptr}), "1");
    EXPECT_EQ(run("TEXT_EQUAL", {nullptr, ""}), "1");
    EXPECT_EQ(run("TEXT_EQUAL", {"a", nullptr}), "0");
    EXPECT_EQ(run("TEXT_EQUAL", {"a", "a"}), "1");
    EXPECT_EQ(run("BLOB_EQUAL", {nullptr, raw({1})}), "0");
    EXPECT_EQ(run("BLOB_EQUAL", {nullptr, nullptr}), "1");
}

TEST(string_functions, make_characters_of_surrogates_in_pairs_only) {
    EXPECT_EQ(run("UNISTR", {"\\D83D\\DE00"}), "\xF0\x9F\x98\x80");
    EXPECT_EQ(run("UNISTR", {"\\D83D\\DE00\\DE00"}), "\xF0\x9F\x98\x80?");
    EXPECT_EQ(run("UNISTR", {"a\\D83Db\\DE00"}), "a?b?");
    EXPECT_EQ(run("UNISTR", {"\\D83D"}), "?");
}

TEST(text, compares_without_trailing_blanks) {
    EXPECT_EQ(compare_text("a", "a "), 0);
    EXPECT_EQ(compare_text("", "  "), 0);
    EXPECT_LT(compare_text("a", "b"), 0);
    EXPECT_LT(compare_text("a ", "ab"), 0);
    EXPECT_GT(compare_text("a", "a\t"), 0);
    EXPECT_LT(compare_text("Z", "a"), 0);
    EXPECT_GT(compare_text("中", "z"), 0);
}

TEST(text, compares_without_regard_to_case_if_told_so) {
    constexpr letter_case how = letter_case::ignored;
    EXPECT_EQ(compare_text("abC", "ABc ", how), 0);
    EXPECT_LT(compare_text("Z", "a", letter_case::counts), 0);
    EXPECT_GT(compare_text("Z", "a", how), 0);
    EXPECT_GT(compare_text("_", "a", how), 0) << "letters stand where capitals do";
    EXPECT_NE(compare_text("ä", "Ä", how), 0);
    EXPECT_GT(compare_text("中", "Z", how), 0) << "bytes have no sign";
}

TEST(text, matches_patterns) {
    EXPECT_TRUE(like("hello", "h%o"));
    EXPECT_TRUE(like("hello", "h_llo"));
    EXPECT_FALSE(like("hello", "H%"));
    EXPECT_FALSE(like("hello ", "hello"));
    EXPECT_TRUE(like("数据库", "_据%"));
    EXPECT_TRUE(like("", "%"));
    EXPECT_FALSE(like("", "_"));
    EXPECT_TRUE(like("100%", "100\\%", "\\"));
    EXPECT_FALSE(like("1000", "100\\%", "\\"));
    EXPECT_TRUE(like("a_b", "a!_b", "!"));
    EXPECT_TRUE(like("aaab", "%a%b"));
    EXPECT_FALSE(like("abcabd", "%abce"));
    EXPECT_TRUE(like("mississippi", "m%iss%p_"));
    EXPECT_THROW(static_cast<void>(like("a", "a", "xy")), sql_error);
    EXPECT_TRUE(like("Hello", "%hE_lO", {}, letter_case::ignored));
    EXPECT_FALSE(like("Hello", "%hE_lO"));
    EXPECT_FALSE(like("Hellu", "%hE_lO", {}, letter_case::ignored));
    EXPECT_TRUE(like("a%数", "A\\%数", "\\", letter_case::ignored));
}

}  // namespace

}  // namespace dmkit::mock::functions_test
