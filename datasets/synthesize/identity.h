// Identity: who the invented patients are and the UIDs of everything, from the seed alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slipring::datasets {

// "2.25." and a UUID as a decimal number (PS3.5 B.2).
[[nodiscard]] std::string make_uid(std::uint64_t seed, std::string_view kind, std::uint64_t number);

struct Person {
  std::string character_set;  // Specific Character Set; empty: the default repertoire
  std::string name;           // in that character set
  std::string id;
  std::string birth_date;
  std::string sex;
};
[[nodiscard]] Person make_person(std::uint64_t seed, std::uint64_t patient);

[[nodiscard]] std::string make_date(std::uint64_t hash, int first_year, int years);
[[nodiscard]] std::string make_time(std::uint64_t hash);

}  // namespace slipring::datasets
