# Writes what the package holds beside the program: PROGRAM's manual pages and completions, the
# changelog of SOURCE, that of the package of VERSION by CONTACT, its licence, all INTO one folder.
file(REMOVE_RECURSE ${INTO})
file(MAKE_DIRECTORY ${INTO}/man1)
execute_process(COMMAND ${PROGRAM} man --into ${INTO}/man1 COMMAND_ERROR_IS_FATAL ANY)
foreach(shell bash zsh fish)
  execute_process(COMMAND ${PROGRAM} completion ${shell} OUTPUT_FILE ${INTO}/${shell}
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(WRITE ${INTO}/copyright "Slipring
Copyright: the authors of Slipring
License: Apache-2.0, in full in /usr/share/common-licenses/Apache-2.0
")
# Of the date that SOURCE_DATE_EPOCH is, which TIMESTAMP heeds; without one, of now.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${INTO}/changelog.Debian "slipring (${VERSION}) unstable; urgency=medium

  * What a user sees of this version is told in changelog.gz.

 -- ${CONTACT}  ${date}
")
file(COPY ${SOURCE}/CHANGELOG.md DESTINATION ${INTO})
file(GLOB pages ${INTO}/man1/*.1)
execute_process(COMMAND gzip -9nf ${pages} ${INTO}/CHANGELOG.md ${INTO}/changelog.Debian
  COMMAND_ERROR_IS_FATAL ANY)
