# Writes what the package holds beside the program: PROGRAM's manual pages and completions, the
# changelog of SOURCE, its licence, all INTO one folder.
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
file(COPY ${SOURCE}/CHANGELOG.md DESTINATION ${INTO})
file(GLOB pages ${INTO}/man1/*.1)
execute_process(COMMAND gzip -9nf ${pages} ${INTO}/CHANGELOG.md COMMAND_ERROR_IS_FATAL ANY)
