// DCMTK's echoscu as the caller of our server, in clear and over TLS.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "engine/dimse/service/peer.h"
#include "engine/dimse/service/server.h"
#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using namespace slipring::test;

int run(const std::string& command) {
  const int status = std::system((command + " > /dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool installed(const std::string& program) { return run("command -v " + program) == 0; }

std::unique_ptr<Server> start(std::shared_ptr<TlsContext> tls = nullptr) {
  ServerOptions options;
  options.address = "127.0.0.1";
  options.tls = std::move(tls);
  auto server = Server::start(options, {[](const AssociateRequest& asked) {
                                          return answer_by_rules(asked, verification_rules());
                                        },
                                        [](Association& association) { return serve(association); },
                                        {}});
  EXPECT_TRUE(server.has_value());
  return std::move(*server);
}

std::string place_of(const Server& server) { return " 127.0.0.1 " + std::to_string(server.port()); }

// A certificate that signs itself, for whoever needs one and trusts it: files NAME.key, NAME.pem.
class Folder {
 public:
  Folder() : path_(::testing::TempDir() + "slipring-tls-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] bool make(const std::string& name) const {
    return run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "
               "-subj /CN=" +
               name + " -addext subjectAltName=IP:127.0.0.1 -keyout " + (*this / (name + ".key")) +
               " -out " + (*this / (name + ".pem"))) == 0;
  }
  [[nodiscard]] TlsOptions options(const std::string& own, const std::string& trusted) const {
    return {*this / (own + ".key"), *this / (own + ".pem"), *this / (trusted + ".pem"), true};
  }

 private:
  std::string path_;
};

TEST(EchoscuTest, ItsEchoesAreAnswered) {
  if (!installed("echoscu")) GTEST_SKIP() << "skipped: no echoscu";
  const auto server = start();
  EXPECT_EQ(run("echoscu --repeat 3" + place_of(*server)), 0);
  EXPECT_EQ(run("echoscu -pdu 4096 --abort" + place_of(*server)), 0);
}

TEST(EchoscuTest, ItsEchoesAreAnsweredOverMutualTlsAndACallerUnknownIsNot) {
  if (!installed("echoscu") || !installed("openssl")) GTEST_SKIP() << "skipped: no echoscu";
  const Folder folder;
  ASSERT_TRUE(folder.make("server") && folder.make("client") && folder.make("other"));
  const auto tls = TlsContext::server(folder.options("server", "client"));
  ASSERT_TRUE(tls.has_value()) << tls.error().what;
  const auto server = start(*tls);
  const auto call = [&](const std::string& as) {
    return run("echoscu +tls " + (folder / (as + ".key")) + " " + (folder / (as + ".pem")) +
               " +cf " + (folder / "server.pem") + place_of(*server));
  };
  EXPECT_EQ(call("client"), 0);
  EXPECT_NE(call("other"), 0);
  EXPECT_NE(run("echoscu -ta 5" + place_of(*server)), 0);  // in clear
}

TEST(TlsTest, OurOwnEndsMeetAndAFileThatIsNoKeyIsSaidSo) {
  if (!installed("openssl")) GTEST_SKIP() << "skipped: no openssl";
  const Folder folder;
  ASSERT_TRUE(folder.make("server") && folder.make("client"));
  const auto theirs = TlsContext::server(folder.options("server", "client"));
  const auto ours = TlsContext::client(folder.options("client", "server"));
  ASSERT_TRUE(theirs.has_value() && ours.has_value());
  const auto server = start(*theirs);
  const auto association =
      associate({"127.0.0.1", server->port(), *ours}, verification_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value()) << association.error().what;
  EXPECT_EQ(echo(**association).value_or(1), 0);
  EXPECT_TRUE((*association)->release().has_value());
  TlsOptions wrong = folder.options("client", "server");
  wrong.key = folder / "absent";
  EXPECT_EQ(TlsContext::client(wrong).error().code, ErrorCode::Io);
  wrong.key = folder / "server.key";
  EXPECT_EQ(TlsContext::client(wrong).error().code, ErrorCode::Malformed);
  ::chmod((folder / "client.key").c_str(), 0644);
  EXPECT_EQ(TlsContext::client(folder.options("client", "server")).value()->warnings().size(), 1U);
}

}  // namespace
}  // namespace slipring::dimse
