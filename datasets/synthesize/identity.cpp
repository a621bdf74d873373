#include "datasets/synthesize/identity.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "datasets/drawing/random.h"

namespace slipring::datasets {

namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size();
  for (const char c : text) hash = mix(hash, static_cast<std::uint8_t>(c));
  return hash;
}

std::string decimal(std::uint64_t high, std::uint64_t low) {
  __extension__ using Wide = unsigned __int128;
  Wide value = (static_cast<Wide>(high) << 64) | low;
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

struct CharacterSetName {
  std::string_view character_set;
  std::string_view name;
};

// The names with two or three component groups are the standard's own examples (PS3.5 H.3, I.2,
// J.1).
constexpr std::array<CharacterSetName, 8> kNames = {{
    {"", "Okafor^Adaeze^N"},
    {"ISO_IR 100",
     "Gr\xF6\xDF"
     "er^J\xFCrgen^^Dr."},
    {"ISO_IR 192", "Nov\xC3\xA1kov\xC3\xA1^Tereza"},
    {"ISO_IR 144", "\xBB\xEE\xDA\x63\x65\xDC\xD1yp\xD3^Anna"},
    {"\\ISO 2022 IR 87",
     "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B"},
    {"\\ISO 2022 IR 149",
     "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)"
     "C\xB1\xE6\xB5\xBF"},
    {"ISO_IR 192", "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE6\x9D\xB1="},
    {"ISO_IR 100",
     "de la Pe\xF1"
     "a^Mar\xED"
     "a Jos\xE9"},
}};

}  // namespace

std::string make_uid(std::uint64_t seed, std::string_view kind, std::uint64_t number) {
  const std::uint64_t base = mix(mix(seed, hash_of(kind)), number);
  const std::uint64_t high = (mix(base, 1) & ~std::uint64_t{0xF000}) | 0x8000;  // version 8
  const std::uint64_t low = (mix(base, 2) >> 2) | (std::uint64_t{1} << 63);     // variant 10
  std::string uid = "2.25.";
  uid += decimal(high, low);
  return uid;
}

std::string make_date(std::uint64_t hash, int first_year, int years) {
  Random random(hash);
  const int year = first_year + static_cast<int>(random.below(static_cast<std::uint64_t>(years)));
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02d%02d", year, static_cast<int>(1 + random.below(12)),
                static_cast<int>(1 + random.below(28)));
  return text;
}

std::string make_time(std::uint64_t hash) {
  Random random(hash);
  char text[32];
  std::snprintf(text, sizeof text, "%02d%02d%02d.%03d000", static_cast<int>(random.below(24)),
                static_cast<int>(random.below(60)), static_cast<int>(random.below(60)),
                static_cast<int>(random.below(1000)));
  return text;
}

Person make_person(std::uint64_t seed, std::uint64_t patient) {
  const CharacterSetName& name = kNames[patient % kNames.size()];
  const std::uint64_t hash = mix(mix(seed, 0x70617469656E74), patient);
  char id[32];
  std::snprintf(id, sizeof id, "SYN%08llu", static_cast<unsigned long long>(patient + 1));
  return {std::string(name.character_set), std::string(name.name), id, make_date(hash, 1930, 74),
          hash % 2 == 0 ? "F" : "M"};
}

}  // namespace slipring::datasets
