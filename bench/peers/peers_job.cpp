// peers_job: a whole conversion by DCMTK in one process, as fair as it can be: threads take file
// after file, load it, choose the representation, write it. No process for each file, no log, the
// faster of DCMTK's modes. What it does not do: read back, compare, keep a ledger, flush.
//
//   peers_job LIST OUT TARGET THREADS
//
// LIST: paths, one a line; written below OUT by their base names. TARGET: rle, jpeg-lossless-sv1,
// jpeg-ls or native. One JSON line on stdout.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct Target {
  std::string_view name;
  E_TransferSyntax syntax;
};
constexpr Target kTargets[] = {{"rle", EXS_RLELossless},
                               {"jpeg-lossless-sv1", EXS_JPEGProcess14SV1},
                               {"jpeg-ls", EXS_JPEGLSLossless},
                               {"native", EXS_LittleEndianExplicit}};

void register_codecs() {
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  DcmRLEDecoderRegistration::registerCodecs();
  DcmRLEEncoderRegistration::registerCodecs();
  DJDecoderRegistration::registerCodecs(EDC_never);
  DJEncoderRegistration::registerCodecs();  // "real lossless", fixed Huffman tables
  DJLSDecoderRegistration::registerCodecs();
  DJLSEncoderRegistration::registerCodecs(0, 0, 0, 0, OFFalse);  // raw: no DicomImage in between
}

std::unique_ptr<DcmRepresentationParameter> parameter_of(E_TransferSyntax syntax) {
  if (syntax == EXS_JPEGProcess14SV1) return std::make_unique<DJ_RPLossless>(1, 0);
  if (syntax == EXS_JPEGLSLossless)
    return std::make_unique<DJLSRepresentationParameter>(Uint16{0}, OFTrue);
  return nullptr;
}

bool convert(const std::string& path, const std::string& out, E_TransferSyntax syntax) {
  DcmFileFormat file;
  if (file.loadFile(path.c_str()).bad()) return false;
  const auto parameter = parameter_of(syntax);
  DcmDataset& dataset = *file.getDataset();
  if (dataset.chooseRepresentation(syntax, parameter.get()).bad()) return false;
  if (!dataset.canWriteXfer(syntax)) return false;
  return file.saveFile(out.c_str(), syntax).good();
}

std::vector<std::string> lines_of(const char* path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return lines;
}

int run(const std::vector<std::string>& paths, const std::string& out, E_TransferSyntax syntax,
        unsigned threads) {
  register_codecs();
  if (!dcmDataDict.isDictionaryLoaded()) return 1;
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> failed = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < paths.size(); i = next++) {
      const std::string name = paths[i].substr(paths[i].rfind('/') + 1);
      if (!convert(paths[i], out + '/' + name, syntax)) ++failed;
    }
  };
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> crew;
  for (unsigned i = 0; i < threads; ++i) crew.emplace_back(work);
  for (std::thread& thread : crew) thread.join();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("{\"peer\":\"DCMTK " PACKAGE_VERSION
              "\",\"files\":%zu,\"failed\":%zu,\"threads\":%u,\"seconds\":%.6f}\n",
              paths.size(), failed.load(), threads, seconds);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc == 5 ? std::atoi(argv[4]) : 0;
  for (const Target& target : kTargets)
    if (threads > 0 && target.name == argv[3])
      return run(lines_of(argv[1]), argv[2], target.syntax, static_cast<unsigned>(threads));
  std::fputs("usage: peers_job LIST OUT rle|jpeg-lossless-sv1|jpeg-ls|native THREADS\n", stderr);
  return 2;
}
