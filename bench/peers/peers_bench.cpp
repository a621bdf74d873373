// peers_bench: ours and the libraries of others by turns on the same pixels, in one process and one
// run, answers checked first. What is printed are medians; --out keeps every run, in the form that
// bench/keep_result.py takes.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/peers/duel.h"
#include "bench/peers/modules.h"
#include "bench/peers/pictures.h"
#include "bench/peers/rows.h"
#include "engine/measure/host.h"
#include "engine/measure/samples.h"

namespace slipring::peers {
namespace {

struct Options {
  Effort effort;
  std::string filter;
  std::string codec;
  std::string peer;
  std::string out;
  std::string corpus = corpus_folder();
  bool drawn = false;
  bool their_streams = false;
  std::vector<std::string> files;
};

constexpr char kUsage[] =
    "usage: peers_bench [FILES...]   DICOM files or folders; without: the corpus, else a drawn "
    "set\n"
    "  --drawn          the built-in set, whether there is a corpus or not\n"
    "  --corpus DIR     where the list of real images is found ($SLIPRING_CORPUS)\n"
    "  --codec NAME     only this codec            --peer NAME  only peers with this in their "
    "name\n"
    "  --filter TEXT    only rows with this text in codec/direction/image\n"
    "  --streams ours|theirs   whose streams are decoded (ours; theirs: each peer its own)\n"
    "  --seconds S      a side and row (1)         --runs N     at least (15)\n"
    "  --batch N        frames in one of our calls, beside one (8)\n"
    "  --out FILE       every run, for bench/keep_result.py\n";

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.starts_with("--")) {
      options.files.emplace_back(word);
      continue;
    }
    if (word == "--drawn") {
      options.drawn = true;
      continue;
    }
    if (i + 1 == argc) return false;
    const std::string value = argv[++i];
    if (word == "--corpus")
      options.corpus = value;
    else if (word == "--codec")
      options.codec = value;
    else if (word == "--peer")
      options.peer = value;
    else if (word == "--filter")
      options.filter = value;
    else if (word == "--out")
      options.out = value;
    else if (word == "--streams")
      options.their_streams = value == "theirs";
    else if (word == "--seconds")
      options.effort.seconds = std::max(0.001, std::atof(value.c_str()));
    else if (word == "--runs")
      options.effort.runs_min = std::strtoul(value.c_str(), nullptr, 10);
    else if (word == "--batch")
      options.effort.batch = std::strtoul(value.c_str(), nullptr, 10);
    else
      return false;
  }
  return true;
}

std::vector<ImageGroup> images_of(const Options& options, std::vector<std::string>& absent) {
  if (options.files.empty() && !options.drawn && !options.corpus.empty())
    return corpus_pictures(options.corpus, absent);
  measure::ImageSet images({.frames_max = 16});
  if (options.files.empty())
    measure::draw_images(images, [](std::string_view) { return true; });
  else
    measure::read_images(options.files, images, [&](const dicom::Record& record, dicom::FileKind) {
      if (record.outcome != dicom::Outcome::Ok)
        absent.push_back(record.path + ": " + record.reason);
    });
  return images.take();
}

class Tournament {
 public:
  Tournament(const Options& options, const std::vector<Peer*>& peers)
      : options_(options), peers_(peers) {}

  void play(const codecs::FormatRow& codec, const ImageGroup& images) {
    std::vector<Peer*> playing;
    for (Peer* peer : peers_)
      if (codec.name == peer->codec() && title(*peer).find(options_.peer) != std::string::npos)
        playing.push_back(peer);
    const bool encode = wanted(codec, Direction::Encode, images);
    const bool decode = wanted(codec, Direction::Decode, images);
    if (playing.empty() || (!encode && !decode)) return;
    const auto ours = pack_ours(codec, images);
    for (Peer* peer : playing) {
      const auto theirs = pack_theirs(*peer, images);
      if (!agreed(codec, *peer, images, ours) || !agreed(codec, *peer, images, theirs)) continue;
      if (encode && (ours || theirs))
        add(duel(codec, *peer, images, ours ? *ours : *theirs, Direction::Encode, options_.effort));
      const auto streams = choose(codec, images, ours, theirs);
      if (decode && streams && agreed(codec, *peer, images, streams))
        add(duel(codec, *peer, images, *streams, Direction::Decode, options_.effort));
    }
  }

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::string>& refused() const { return refused_; }

 private:
  [[nodiscard]] bool wanted(const codecs::FormatRow& codec, Direction direction,
                            const ImageGroup& images) const {
    const std::string name =
        std::string(codec.name) + '/' + std::string(measure::name(direction)) + '/' + images.name;
    return name.find(options_.filter) != std::string::npos;
  }

  // Ours unless each peer is to decode its own; where neither packs, whoever does.
  std::optional<Packing> choose(const codecs::FormatRow& codec, const ImageGroup& images,
                                const std::optional<Packing>& ours,
                                const std::optional<Packing>& theirs) {
    if (ours && !(options_.their_streams && theirs)) return ours;
    if (theirs) return theirs;
    for (Peer* peer : peers_)
      if (codec.name == peer->codec())
        if (auto packing = pack_theirs(*peer, images)) return packing;
    return std::nullopt;
  }

  bool agreed(const codecs::FormatRow& codec, Peer& peer, const ImageGroup& images,
              const std::optional<Packing>& packing) {
    if (!packing) return true;
    const std::string wrong = check(codec, peer, images, *packing);
    if (wrong.empty()) return true;
    refused_.push_back(std::string(codec.name) + ' ' + images.name + ": " + wrong);
    std::printf("not timed: %s\n", refused_.back().c_str());
    return false;
  }

  void add(std::optional<Row> row) {
    if (!row) return;
    std::printf("%s", row_text(*row).c_str());
    std::fflush(stdout);
    rows_.push_back(std::move(*row));
  }

  const Options& options_;
  const std::vector<Peer*>& peers_;
  std::vector<Row> rows_;
  std::vector<std::string> refused_;
};

int run(const Options& options) {
  const std::string here = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
  const Modules modules = load_peers(here + "/peers");
  std::vector<std::string> absent = modules.troubles;
  if (std::string_view(SLIPRING_PEERS_ABSENT) != "")
    absent.emplace_back("not built, not installed: " SLIPRING_PEERS_ABSENT);
  const std::vector<ImageGroup> groups = images_of(options, absent);
  const measure::Host host = measure::host();
  const Begun begun = begun_now();
  std::printf("host   %s, kernels %s, built by %s\npeers ", host.processor.c_str(),
              host.kernel_target.c_str(), host.compiler.c_str());
  std::string last;
  for (const Peer* peer : modules.peers)
    if (title(*peer) != last) std::printf(" %s;", (last = title(*peer)).c_str());
  std::printf("\n");
  for (const std::string& line : absent) std::printf("absent %s\n", line.c_str());
  std::printf("\n%s", row_head().c_str());
  Tournament tournament(options, modules.peers);
  for (const codecs::FormatRow& codec : measure::codecs_here())
    if (options.codec.empty() || codec.name == options.codec)
      for (const ImageGroup& group : groups) tournament.play(codec, group);
  std::printf("%s", medians_text(tournament.rows()).c_str());
  if (!options.out.empty() && !write_rows(options.out, host, begun, tournament.rows())) return 5;
  if (!tournament.refused().empty()) return 1;
  return tournament.rows().empty() ? 4 : 0;
}

}  // namespace
}  // namespace slipring::peers

int main(int argc, char** argv) {
  using namespace slipring::peers;
  Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  start_again_tuned(argv);
  return run(options);
}
