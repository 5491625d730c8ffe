@echo off
rem Installs the host as the Windows service WinAPIService, which starts with Windows and runs as LocalSystem.
rem Running it again replaces what is installed. It needs an administrator.
rem
rem   install.cmd [options of WinAPIService.exe]      for instance  install.cmd --endpoint tcp://127.0.0.1:4660
setlocal
set "service=WinAPIService"
set "from=%~dp0"
set "to=%ProgramFiles%\WinAPI"
set "eventsource=HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\%service%"
set "binpath=\"%to%\WinAPIService.exe\""
set options=%*
if defined options set binpath=%binpath% %options:"=\"%

if not exist "%from%WinAPIService.exe" (
    echo install: WinAPIService.exe is not beside this script. 1>&2
    echo install: './build.sh publish' makes artifacts\publish\win-x64, from which it is to be run. 1>&2
    exit /b 1
)

rem The first thing that only an administrator may do.
reg add "%eventsource%" /v TypesSupported /t REG_DWORD /d 7 /f >nul 2>&1
if errorlevel 1 (
    echo install: a service can only be installed by an administrator, which this console is not. 1>&2
    echo install: Open a console with "Run as administrator" and run this script there, or install 1>&2
    echo install: for yourself alone, without an administrator: install-agent.cmd 1>&2
    exit /b 1
)

sc query %service% >nul 2>&1
if errorlevel 1 goto copy
echo Replacing the service that is installed.
net stop %service% >nul 2>&1
call :wait_for STOPPED
if errorlevel 1 (
    echo install: the service that is installed does not stop; end WinAPIService.exe in the task manager. 1>&2
    exit /b 1
)
sc delete %service% >nul
if errorlevel 1 (
    echo install: the service that is installed cannot be removed: 'sc delete %service%' failed. 1>&2
    exit /b 1
)

:copy
if /i "%from%"=="%to%\" goto register
set tries=0
:copy_again
xcopy "%from%*" "%to%\" /e /i /y /q >nul 2>&1
if not errorlevel 1 goto register
rem A program that has just ended holds its file for a moment.
set /a tries+=1
if %tries% lss 5 (
    call :pause
    goto copy_again
)
echo install: the programs cannot be copied to "%to%"; is one of them running? 1>&2
exit /b 1

:register
reg add "%eventsource%" /v EventMessageFile /t REG_EXPAND_SZ /d "%to%\System.Diagnostics.EventLog.Messages.dll" /f >nul
if errorlevel 1 (
    echo install: the event source cannot be registered: 'reg add "%eventsource%"' failed. 1>&2
    exit /b 1
)
sc create %service% binPath= "%binpath%" start= auto DisplayName= "WinAPI host" >nul
if errorlevel 1 (
    echo install: 'sc create %service%' failed. When the old service is "marked for deletion", close the 1>&2
    echo install: Services window and the task manager, and run this script again. 1>&2
    exit /b 1
)
sc description %service% "Carries typed calls of Linux programs in WSL2 to the services registered in it." >nul
if errorlevel 1 echo install: the service has no description: 'sc description' failed. 1>&2
rem Started anew 5 s, 30 s and then always 60 s after it ended by a fault.
sc failure %service% reset= 86400 actions= restart/5000/restart/30000/restart/60000 >nul
if errorlevel 1 echo install: the service will not be started again after a fault: 'sc failure' failed. 1>&2

echo Starting %service%.
net start %service% >nul
call :wait_for RUNNING
if errorlevel 1 goto not_running
rem The token is for SYSTEM and administrators; the user who installs reads it from WSL too.
if exist "%ProgramData%\WinAPI\token" icacls "%ProgramData%\WinAPI\token" /grant "%USERNAME%":R >nul
if errorlevel 1 echo install: "%USERNAME%" may not read "%ProgramData%\WinAPI\token": 'icacls' failed. 1>&2
echo %service% runs, and will start with Windows. It logs to the event log: Event Viewer, Windows Logs,
echo Application, source %service%. The programs are in "%to%".
echo.
echo Next, in WSL:      ./winapi status         (artifacts/publish/linux-x64 has it)
echo To remove it:      "%to%\uninstall.cmd"
exit /b 0

:not_running
echo install: the service is installed and does not run: 1>&2
sc query %service% 1>&2
echo install: WIN32_EXIT_CODE 10048 means that another program listens there, 87 that an option is wrong. 1>&2
echo install: The event log has the whole reason (Event Viewer, Application, source %service%). 1>&2
exit /b 1

:wait_for
set tries=0
:look_again
sc query %service% | find "%1" >nul
if not errorlevel 1 exit /b 0
set /a tries+=1
if %tries% geq 45 exit /b 1
if "%1"=="RUNNING" (
    sc query %service% | find "STOPPED" >nul
    if not errorlevel 1 exit /b 1
)
call :pause
goto look_again

rem One second. 'timeout' refuses to run without a keyboard.
:pause
ping -n 2 127.0.0.1 >nul
exit /b 0
