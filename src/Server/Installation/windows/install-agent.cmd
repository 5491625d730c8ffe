@echo off
rem Installs the host for the user who runs this: no administrator, no console window, started at every logon.
rem Running it again replaces what is installed.
rem
rem   install-agent.cmd [options of WinAPIAgent.exe]      for instance  install-agent.cmd --log-level DEBUG
setlocal
set "from=%~dp0"
set "to=%LOCALAPPDATA%\Programs\WinAPI"
set "agent=%to%\WinAPIAgent.exe"
set "run=HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
set "command=\"%agent%\""
set options=%*
if defined options set command=%command% %options:"=\"%

if not exist "%from%WinAPIAgent.exe" (
    echo install-agent: WinAPIAgent.exe is not beside this script. 1>&2
    echo install-agent: './build.sh publish' makes artifacts\publish\win-x64, from which it is to be run. 1>&2
    exit /b 1
)

if not exist "%agent%" goto copy
"%agent%" --stop
if errorlevel 1 exit /b 1

:copy
if /i "%from%"=="%to%\" goto register
set tries=0
:copy_again
xcopy "%from%*" "%to%\" /e /i /y /q >nul 2>&1
if not errorlevel 1 goto register
rem A program that has just ended holds its file for a moment.
set /a tries+=1
if %tries% lss 5 (
    ping -n 2 127.0.0.1 >nul
    goto copy_again
)
echo install-agent: the programs cannot be copied to "%to%"; is one of them running? 1>&2
exit /b 1

:register
reg add "%run%" /v WinAPIAgent /t REG_SZ /d "%command%" /f >nul
if errorlevel 1 (
    echo install-agent: the start at logon cannot be registered: 'reg add "%run%"' failed. 1>&2
    exit /b 1
)
"%agent%" --start %*
if errorlevel 1 (
    echo install-agent: the agent is installed and does not run. 1>&2
    exit /b 1
)
echo It will start at every logon. It logs to "%LOCALAPPDATA%\WinAPI\agent.log"; the programs are in
echo "%to%".
echo.
echo Next, in WSL:      ./winapi status         (artifacts/publish/linux-x64 has it)
echo To remove it:      "%to%\uninstall-agent.cmd"
exit /b 0
