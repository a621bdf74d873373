#include "engine/cli/command/command.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace slipring::cli {

const Option& Option::required() const {
  option_->required();
  return *this;
}

const Option& Option::shows_default() const {
  option_->capture_default_str();
  return *this;
}

const Option& Option::envname(const char* name) const {
  option_->envname(name);
  return *this;
}

const Option& Option::words(int least, int most) const {
  option_->expected(least, most);
  return *this;
}

const Option& Option::one_word_each() const {
  option_->allow_extra_args(false);
  return *this;
}

const Option& Option::range(int least, int most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Option& Option::range(unsigned least, unsigned most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Option& Option::range(double least, double most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Option& Option::one_of(const std::vector<std::string>& words, Case letters) const {
  if (letters == Case::Matters)
    option_->check(CLI::IsMember(words));
  else
    option_->transform(CLI::IsMember(words, CLI::ignore_case));
  return *this;
}

const Option& Option::check(std::function<std::string(const std::string&)> wrong) const {
  option_->check(std::move(wrong));
  return *this;
}

const Option& Option::transform(const std::function<std::string(std::string)>& into) const {
  option_->transform(into);
  return *this;
}

const Option& Option::existing_directory() const {
  option_->check(CLI::ExistingDirectory);
  return *this;
}

Option Command::add_option(const std::string& name, std::string& value,
                           const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, std::vector<std::string>& value,
                           const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, int& value, const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, unsigned& value,
                           const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, std::uint16_t& value,
                           const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, std::uint64_t& value,
                           const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, double& value, const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, std::optional<std::uint16_t>& value,
                           const std::string& help) const {
  return Option(*app_->add_option(name, value, help));
}

Option Command::add_option_function(const std::string& name,
                                    std::function<void(const std::string&)> take,
                                    const std::string& help) const {
  const std::string subject = name.substr(name.rfind(',') + 1);  // the longest
  const auto taken = [take = std::move(take), subject](const std::string& text) {
    try {
      take(text);
    } catch (const UsageError& error) {
      throw CLI::ValidationError(subject, error.text());
    }
  };
  return Option(*app_->add_option_function<std::string>(name, taken, help));
}

Option Command::add_words(const std::string& name, const std::vector<std::string>& words,
                          std::function<void(const std::string&)> take,
                          const std::string& help) const {
  Option option = add_option_function(name, std::move(take), help);
  option.one_of(words, Case::Ignored);
  return option;
}

void Command::add_flag(const std::string& name, bool& value, const std::string& help) const {
  app_->add_flag(name, value, help);
}

void Command::add_flag_callback(const std::string& name, std::function<void()> then,
                                const std::string& help) const {
  app_->add_flag_callback(name, std::move(then), help);
}

void Command::exclude(const std::string& name, std::initializer_list<const char*> others) const {
  for (const char* other : others) app_->get_option(name)->excludes(app_->get_option(other));
}

void Command::footer(const std::string& text) const { app_->footer(text); }

}  // namespace slipring::cli
