// The rows that collate sorts, a kind a question: 16 to 64 bytes each, ordered so that what belongs
// together comes together and the file found first comes first. Collate's own.
#pragma once

#include <cstdint>
#include <tuple>

#include "engine/dicom/between/object_key.h"

namespace slipring::collate {

// Objects by SOP Instance UID.
struct InstanceRow {
  std::uint64_t sop = 0;
  std::uint32_t file = 0;
  std::uint32_t content = 0;
  std::uint16_t maker = 0;
  std::uint8_t syntax = 0;
  std::uint8_t whole_content = 0;
  std::uint32_t unused = 0;

  [[nodiscard]] std::uint64_t leading() const { return sop; }
  friend bool operator<(const InstanceRow& a, const InstanceRow& b) {
    return std::tie(a.sop, a.file) < std::tie(b.sop, b.file);
  }
};
static_assert(sizeof(InstanceRow) == 24);

// Objects by series, in it by Instance Number. The key's content gives its place to the file.
struct SeriesRow {
  dicom::ObjectKey key;

  [[nodiscard]] std::uint32_t file() const { return key.content; }
  [[nodiscard]] std::uint64_t leading() const { return key.series; }
  friend bool operator<(const SeriesRow& a, const SeriesRow& b) {
    return std::tie(a.key.series, a.key.instance, a.key.sop, a.key.content) <
           std::tie(b.key.series, b.key.instance, b.key.sop, b.key.content);
  }
};
static_assert(sizeof(SeriesRow) == 64);

// What the objects of a study say of patient and date, each thing said once a series.
struct StudyRow {
  std::uint64_t study = 0;
  std::uint32_t file = 0;
  std::uint16_t patient = 0;
  std::uint16_t name = 0;
  std::uint16_t birth = 0;
  std::uint16_t day = 0;
  std::uint8_t sex = 0;
  std::uint8_t unused[3] = {};

  [[nodiscard]] bool says_the_same(const StudyRow& other) const {
    return std::tie(study, patient, name, birth, day, sex) ==
           std::tie(other.study, other.patient, other.name, other.birth, other.day, other.sex);
  }
  [[nodiscard]] std::uint64_t leading() const { return study; }
  friend bool operator<(const StudyRow& a, const StudyRow& b) {
    return std::tie(a.study, a.file) < std::tie(b.study, b.file);
  }
};
static_assert(sizeof(StudyRow) == 24);

// References to instances, by their target.
struct ReferenceRow {
  std::uint64_t target = 0;
  std::uint32_t file = 0;
  std::uint32_t offset = 0;

  [[nodiscard]] std::uint64_t leading() const { return target; }
  friend bool operator<(const ReferenceRow& a, const ReferenceRow& b) {
    return std::tie(a.target, a.file, a.offset) < std::tie(b.target, b.file, b.offset);
  }
};
static_assert(sizeof(ReferenceRow) == 16);

// What became of a file's references; those that lead nowhere first.
struct AnswerRow {
  std::uint32_t file = 0;
  std::uint32_t kind = 0;
  std::uint32_t offset = 0;

  [[nodiscard]] std::uint64_t leading() const { return file; }
  friend bool operator<(const AnswerRow& a, const AnswerRow& b) {
    return std::tie(a.file, a.kind, a.offset) < std::tie(b.file, b.kind, b.offset);
  }
};

// Files below a DICOMDIR, and the files that one lists, by path.
struct MediaRow {
  std::uint64_t path = 0;
  std::uint32_t listed_by = 0;  // a DICOMDIR's number; kIsFile: this is a file
  std::uint32_t file = 0;       // of a file: its number; of a reference: its offset
  std::uint32_t sop = 0;        // low half of the hash; 0: not known
  std::uint32_t unused = 0;

  static constexpr std::uint32_t kIsFile = 0xFFFFFFFFU;

  [[nodiscard]] std::uint64_t leading() const { return path; }
  friend bool operator<(const MediaRow& a, const MediaRow& b) {
    return std::tie(a.path, a.listed_by, a.file) < std::tie(b.path, b.listed_by, b.file);
  }
};
static_assert(sizeof(MediaRow) == 24);

}  // namespace slipring::collate
