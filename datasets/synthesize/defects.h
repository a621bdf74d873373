// Defects: what is wrong with some files of a real archive, each with a name that the file carries.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace slipring::datasets {

enum class Defect : std::uint8_t {
  None,
  TruncatedPixels,
  TruncatedHeader,
  ShortPixels,
  LengthBeyondFile,
  NoPreamble,
  NoMeta,
  WrongSyntax,
  OddLength,
  TrailingZeros,
  BadUid,
  PathUid,
  BadVr,
  ControlCharacters,
  MissingDelimiter,
  DeepNesting,
  MissingRows,
  DuplicateSame,
  DuplicateOther,
  EmptyFile,
  TextFile,
  ZeroFilled,
  JpegFile,
};

struct DefectRow {
  Defect defect;
  std::string_view name;
  std::string_view what;
};

[[nodiscard]] std::span<const DefectRow> defects();
[[nodiscard]] std::string_view name(Defect defect);
[[nodiscard]] std::optional<Defect> defect_named(std::string_view name);

// What can be done to the finished bytes of an object; other defects are made while it is written.
// `pixels_at`: where its pixel bytes begin.
void damage(Defect defect, std::size_t pixels_at, std::vector<std::uint8_t>& file);

}  // namespace slipring::datasets
