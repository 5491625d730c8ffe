@echo off
rem Stops the agent of the user who runs this, and removes it from the logon and from the disk. Its log stays.
setlocal
set "to=%LOCALAPPDATA%\Programs\WinAPI"
set "run=HKCU\Software\Microsoft\Windows\CurrentVersion\Run"

reg query "%run%" /v WinAPIAgent >nul 2>&1
if errorlevel 1 (
    echo The agent is not among the programs that start at logon.
    goto stop
)
reg delete "%run%" /v WinAPIAgent /f >nul
if errorlevel 1 (
    echo uninstall-agent: the start at logon cannot be removed: 'reg delete "%run%"' failed. 1>&2
    exit /b 1
)
echo The agent will not start at logon any more.

:stop
if not exist "%to%\WinAPIAgent.exe" exit /b 0
"%to%\WinAPIAgent.exe" --stop
if errorlevel 1 exit /b 1
rem Out of the folder, and on one line to the end: this script may be one of the files that go.
cd /d "%SystemRoot%"
ping -n 2 127.0.0.1 >nul
rmdir /s /q "%to%" & if exist "%to%\WinAPIAgent.exe" (echo uninstall-agent: "%to%" could not be removed; is one of its programs running? 1>&2 & exit /b 1) else (exit /b 0)
